import { float32, GraphBuilder, type Model, writeModel } from '@edgeloop/onnx';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { codedColumn } from '../datasets/table-rows.ts';
import { silentLogger } from '../log.ts';
import { type AgreementResult, AgreementResultSchema, type AgreementSpec } from '../quantization/quantize-job.ts';
import type { JobRecord } from '../store/job-store.ts';
import type { Table } from '../store/table.ts';
import { encodeTable } from '../store/table-codec.ts';
import { WorkerHub } from '../testing/worker-hub.ts';
import { SeededRandom } from '../training/seeded-random.ts';
import { startWorker } from './start-worker.ts';
import type { Worker } from './worker.ts';

const COLUMNS = 24;

let hub: WorkerHub;
let worker: Worker;

beforeEach(async () => {
  hub = new WorkerHub();
  await hub.start();
  worker = await startWorker({ url: hub.url, token: hub.token, name: 'worker-1', log: silentLogger });
});

afterEach(async () => {
  await worker.stop();
  await hub.stop();
});

/** A network of two layers, made elsewhere, that tells three classes apart. */
function model(): Model {
  const random = new SeededRandom(7);
  const graph = new GraphBuilder();
  graph.input('x', 'float32', ['batch', COLUMNS]);
  const weights = (name: string, rows: number, columns: number) => {
    const values = Float32Array.from({ length: rows * columns }, () => random.next() - 0.5);
    return graph.initializer(name, float32(values, [rows, columns]));
  };
  const hidden = graph.node('Relu', [graph.node('MatMul', ['x', weights('w0', COLUMNS, 64)])]);
  const logits = graph.node('MatMul', [hidden, weights('w1', 64, 3)]);
  graph.node('Softmax', [logits], { axis: 1 }, { outputs: ['probabilities'] });
  return graph.output('probabilities', 'float32', ['batch', 3]).build();
}

function table(columns: number): Table {
  const random = new SeededRandom(3);
  const rows = 200;
  const numbers = Array.from({ length: columns }, (_, index) => ({
    ...{ kind: 'number' as const, name: `c${index}` },
    values: Float64Array.from({ length: rows }, () => 2 * random.next() - 1),
  }));
  return { rows, columns: [...numbers, codedColumn('label', 'category', Array(rows).fill('a'))] };
}

async function job(calibration: AgreementSpec['calibration'], profiles = ['x86-vnni']): Promise<JobRecord> {
  const digest = await hub.blobs.put(writeModel(model()));
  // Speed is another matter, and another machine's.
  const goals = { maxAccuracyDrop: 0.05, maxRelativeDrop: 1, maxLatencyShare: 100 };
  const end = hub.nextEnd();
  await hub.enqueue('quantize', { by: 'agreement', model: 'm', floatModel: { digest }, goals, profiles, calibration });
  return end;
}

async function quantized(rows?: Table): Promise<AgreementResult> {
  const digest = rows && (await hub.blobs.put(encodeTable(rows)));
  const calibration = digest ? { dataset: { digest, name: 'readings' }, label: 'label', mapping: {} } : null;
  const ended = await job(calibration);
  expect(ended.error).toBeNull();
  return AgreementResultSchema.parse(ended.result);
}

describe('a model made elsewhere', () => {
  test('is quantized by the rows of a data set, half of them to calibrate by, and judged by agreement', async () => {
    const { variants, report } = await quantized(table(COLUMNS));
    expect(report.calibration).toEqual({ source: 'dataset', rows: 100 });
    expect(report.notes[0]).toMatch(/agree with float32 on 100 rows of readings, for what is right is not known$/);
    const [first] = variants;
    expect(first).toMatchObject({ name: 'int8-static', format: 'int8-static', profiles: ['x86-vnni'], accepted: true });
    expect(first?.quality).toMatchObject({ figure: 'agreement', rows: 100 });
    expect(first?.quality.value).toBeGreaterThan(0.95);
    expect(variants.at(-1)).toMatchObject({ name: 'float32', accepted: true, profiles: [], quality: { value: 1 } });
    for (const { digest, sizeBytes, goldenDigest } of variants) {
      expect(await hub.blobs.size(digest)).toBe(sizeBytes);
      expect(await hub.blobs.size(goldenDigest)).toBeGreaterThan(0);
    }
    expect(report.classes).toMatchObject([{ profiles: ['x86-vnni'], chosen: 'int8-static', order: expect.anything() }]);
  });

  test('gets nothing static without rows, and the report says how weak made-up inputs are', async () => {
    const { variants, report } = await quantized();
    expect(report.calibration).toEqual({ source: 'none', rows: 0 });
    expect(report.notes[0]).toMatch(/^weak evidence: .* 128 made-up inputs \(x \[1, 24\]\).*--calibration$/);
    expect(variants.map(({ format }) => format)).not.toContain('int8-static');
    expect(report.classes[0]?.steps.map(({ format }) => format)).toContain('int8-dynamic');
    expect(variants.at(-1)).toMatchObject({ name: 'float32', digest: expect.any(String) });
  });

  test('says why rows cannot feed it, and makes do without them', async () => {
    const { report } = await quantized(table(5));
    expect(report.calibration.source).toBe('none');
    expect(report.notes[0]).toMatch(
      /^weak evidence: .*: data set readings cannot feed the model: input x of the model reads 24 columns, the data set gives 5$/,
    );
  });

  test('is not quantized by made-up inputs when rows cannot feed it in the way that was said', async () => {
    const digest = await hub.blobs.put(encodeTable(table(COLUMNS)));
    const mapping = { columns: ['c0', 'c1'] };
    const { state, error } = await job({ dataset: { digest, name: 'readings' }, label: 'label', mapping });
    expect({ state, error }).toMatchObject({
      state: 'failed',
      error: {
        code: 'INVALID_INPUT',
        message: 'data set readings cannot feed the model: input x of the model reads 24 columns, the data set gives 2',
      },
    });
  });

  test('is not quantized for a profile that the worker does not know', async () => {
    const { state, error } = await job(null, ['toaster']);
    expect(state).toBe('failed');
    expect(error).toMatchObject({
      code: 'INVALID_INPUT',
      message: expect.stringMatching(/^no firmware profile toaster/),
    });
  });
});
