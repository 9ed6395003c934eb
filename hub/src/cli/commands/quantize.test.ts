import { describe, expect, it } from 'vitest';
import type { StartQuantizationRequest } from '../../api/pipeline-actions.ts';
import { RequestError } from '../../errors.ts';
import type { QuantizationRecord } from '../../store/quantization-store.ts';
import { cannedQuality, cannedReport } from '../../testing/canned-report.ts';
import { type CommandLine, openCommandLine } from '../../testing/command-line.ts';
import { START_MS } from '../../testing/hub-rig.ts';

/** A hub whose worker is done with a quantization as soon as it is asked for. */
async function hubWithWorker(
  end: Partial<QuantizationRecord> = {},
): Promise<CommandLine & { readonly asked: StartQuantizationRequest[] }> {
  const line = await openCommandLine();
  const asked: StartQuantizationRequest[] = [];
  line.pipeline.startQuantization = async (request) => {
    asked.push(request);
    const { model, version, publish, requestedBy } = request;
    const { goals } = cannedReport();
    const record: QuantizationRecord = {
      ...{ id: 'quantization-1', model, version, state: 'done', goals, profiles: ['x86-vnni'], dataset: null, publish },
      ...{ requestedBy, jobId: null, variants: [], report: cannedReport(), publishedVersion: null, error: null },
      ...{ createdMs: START_MS, updatedMs: START_MS, ...end },
    };
    await line.store.quantizations.add(record);
    return { ...record, state: 'queued' };
  };
  return { ...line, asked };
}

describe('edgeloop quantize', () => {
  it('asks for forms, waits, and shows every step and what was chosen', async () => {
    const { run, asked } = await hubWithWorker();
    const args = ['--profile', 'x86-vnni', '--profile', 'raspberry-pi-5', '--goal', 'accuracy-drop=0.5pt'];
    const { code, out, err } = await run('quantize', 'pump@1', ...args, '--goal', 'size=300KB');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(asked[0]).toMatchObject({
      ...{ model: 'pump', version: 1, publish: false, profiles: ['x86-vnni', 'raspberry-pi-5'] },
      goals: { maxAccuracyDrop: 0.005, maxRelativeDrop: 1, maxSizeBytes: 300_000 },
    });
    expect(out).toMatch(
      /^goals +a drop of at most 0.50 points and 1 % of what float32 has, smaller than float32, at most 1 x the time\n/,
    );
    expect(out).toMatch(/\nfloat32 +3.9 KiB, accuracy 95.00 % on 200 rows, 1.00 ms\n/);
    expect(out).toMatch(/\nmeasured on +a processor \(avx2, avx512_vnni\), canned, one thread\n/);
    expect(out).toContain('note: this report comes from a can\n');
    expect(out).toMatch(
      /\nfull-range: x86-vnni\nRUNG +SIZE +SHARE +QUALITY +DROP \(95 % SURE\) +P50 +RATIO +VERDICT +WHY\n/,
    );
    expect(out).toMatch(
      /\nint8-dynamic +1.2 KiB +0.30 x +92.00 % +3.00 pt \(2.00 to 4.00\) +0.500 ms +0.50 x +refused +not met: accuracy fell by 3.00 points, 0.50 allowed\n/,
    );
    expect(out).toMatch(/\nint8-static, min-max +1.1 KiB +0.28 x .* accepted +meets the goals\n/);
    expect(out).toMatch(
      /\nchosen +int8-static\nwhy +int8-static, min-max is the first .*\norder +int8-static, float32\n/,
    );
    expect(out).toMatch(/\nin float, int8-static +dense_2 \(Gemm\): loses time in int8\n/);
  });

  it('tells R2 as it is told elsewhere, and nodes in float of every format that was accepted', async () => {
    const canned = cannedReport();
    const r2 = { figure: 'r2', value: 0.9775, drop: 0.0039, dropLow: 0.0006, dropHigh: 0.0073 } as const;
    const nodes = ['a', 'b', 'c', 'd'].map((node, at) => ({
      ...{ node, operator: 'Conv', reason: `loses too much: a signal-to-noise ratio of ${30 + at} dB` },
    }));
    const classes = canned.classes.map((entry) => ({
      ...entry,
      steps: entry.steps.map((step) => ({ ...step, quality: cannedQuality(r2), inFloat: nodes })),
    }));
    const float = { ...canned.float, quality: cannedQuality({ ...r2, value: 0.9814, drop: 0 }) };
    const { run } = await hubWithWorker({ report: { ...canned, float, classes } });
    const { out } = await run('quantize', 'pump@1');
    expect(out).toContain('R2 0.9814 on 200 rows');
    expect(out).toMatch(/ 0.9775 +0.0039 \(0.0006 to 0.0073\) /);
    expect(out).toMatch(/\nin float, int8-static +a \(Conv\), b \(Conv\), c \(Conv\) and 1 more: loses too much\n/);
    // Refused.
    expect(out).not.toContain('in float, int8-dynamic');
  });

  it('answers with the whole record as JSON', async () => {
    const { run } = await hubWithWorker();
    const record = JSON.parse((await run('quantize', 'pump@1', '--json')).out);
    expect(record).toMatchObject({
      id: 'quantization-1',
      state: 'done',
      report: { classes: [{ chosen: 'int8-static' }] },
    });
  });

  it('says which version the forms became, or that they were there', async () => {
    const published = await hubWithWorker({ publishedVersion: 2 });
    expect((await published.run('quantize', 'pump@1', '--publish')).out).toMatch(/\npublished as pump@2\n$/);
    expect(published.asked[0]).toMatchObject({ publish: true });
    const again = await hubWithWorker({ publishedVersion: 2, wasPublished: true });
    expect((await again.run('quantize', 'pump@1', '--publish')).out).toMatch(
      /\npump@2 has these forms already; no new version\n$/,
    );
    const same = await hubWithWorker();
    expect((await same.run('quantize', 'pump@1', '--publish')).out).toMatch(
      /\npump@1 has these forms already; no new version\n$/,
    );
  });

  it('says that versions start at 1', async () => {
    const { run } = await hubWithWorker();
    const zero = await run('quantize', 'pump@0');
    expect(zero).toMatchObject({ code: 2, err: expect.stringContaining('versions start at 1') });
  });

  it('lists searches, shows one again, and cancels one', async () => {
    const { run, pipeline, store } = await hubWithWorker();
    expect((await run('quantizations', 'list')).out).toBe('none; start one with "edgeloop quantize"\n');
    await run('quantize', 'pump@1');
    expect((await run('quantizations', 'list')).out).toMatch(/\nquantization-1 +pump@1 +done +- .* -\n$/);
    expect((await run('quantizations', 'show', 'quantization-1')).out).toMatch(/^goals +a drop .*\n/);
    pipeline.cancelQuantization = async (id, requestedBy) => {
      const error = { code: 'CANCELLED', message: `cancelled by ${requestedBy}` };
      return { ...(await store.quantizations.find(id))!, state: 'failed', error };
    };
    expect((await run('quantizations', 'cancel', 'quantization-1')).out).toMatch(
      /^quantization-1 of pump@1 is failed: cancelled by /,
    );
  });

  it('takes rows for uploaded models, and how they become the input', async () => {
    const { run, asked } = await hubWithWorker();
    const rows = ['--calibration', 'lines@2', '--image', '28x28', '--columns', 'a,b'];
    await run('quantize', 'reader@1', ...rows, '--input', 'height=48', '--input', 'mean=0.5,0.4,0.4');
    expect(asked[0]?.calibration).toEqual({
      dataset: { name: 'lines', version: 2 },
      mapping: {
        ...{ image: { height: 28, width: 28, channels: 1 }, columns: ['a', 'b'] },
        input: { height: 48, mean: [0.5, 0.4, 0.4], resize: 'linear' },
      },
    });
    const alone = await run('quantize', 'reader@1', '--input', 'height=48');
    expect(alone.err).toBe('edgeloop: --input goes with --calibration, which names the rows [INVALID_INPUT]\n');
    const refused = {
      'heigth=48': 'expected scale, mean, deviation, height, width, resize, got heigth',
      'mean=0.5,much': 'mean must be a number, or numbers with commas between them, got 0.5,much',
      'scale={': 'scale must be a number above 0, got {',
      'height=0': 'height must be a whole number from 1 to 4096, got 0',
    };
    for (const [said, message] of Object.entries(refused)) {
      const { code, err } = await run('quantize', 'reader@1', '--calibration', 'lines', '--input', said);
      expect([code, err]).toEqual([1, `edgeloop: --input: ${message} [INVALID_INPUT]\n`]);
    }
    expect(asked).toHaveLength(1);
  });

  it('ends with 1 and the reason when it fails or is refused, and with 2 for goals that make no sense', async () => {
    const error = { code: 'MODEL_INVALID', message: 'no such operator' };
    const { run, pipeline } = await hubWithWorker({ state: 'failed', error, report: null });
    expect(await run('quantize', 'pump@1')).toEqual({
      ...{ code: 1, out: '', err: 'edgeloop: quantization-1 failed: no such operator [JOB_FAILED]\n' },
    });
    pipeline.startQuantization = async () => {
      throw new RequestError('INVALID_INPUT', 'no firmware profile toaster; there are x86-vnni');
    };
    expect((await run('quantize', 'pump@1', '--profile', 'toaster')).err).toBe(
      'edgeloop: no firmware profile toaster; there are x86-vnni [INVALID_INPUT]\n',
    );
    expect(await run('quantize', 'pump@1', '--goal', 'size=2x')).toMatchObject({
      ...{ code: 2, err: expect.stringContaining('size=0.3x') },
    });
    expect((await run('quantize', 'pump')).code).toBe(2);
  });
});
