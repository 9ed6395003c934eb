import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GoldenVectors } from '@edgeloop/protocol';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { parseNumber } from '../parse-field.ts';
import type { FieldValue, Reading } from '../reading.ts';
import { temporaryFolder } from '../test-rig/agent-process.ts';
import { leftOrRight, makeTestKey, makeTestRelease, signature } from '../test-rig/test-release.ts';
import { tinyModel, tinyProbabilities } from '../test-rig/tiny-model.ts';
import { runGoldenTest } from './golden-test.ts';
import { OnnxModel } from './onnx-model.ts';
import { type BatchModel, Predictor } from './predictor.ts';

const TINY = leftOrRight(2);
// float32 against double precision: a few units in the last place of a number below 1.
const FLOAT32_TOLERANCE = 1e-6;

async function load(bytes: Uint8Array, parts: { digest?: string; signature?: ReturnType<typeof signature> } = {}) {
  const path = join(await temporaryFolder(onTestFinished), 'model');
  await writeFile(path, bytes);
  const digest = createHash('sha256').update(bytes).digest('hex');
  return OnnxModel.load({ path, digest, signature: signature(), threads: 1, ...parts });
}

const reading = (a: FieldValue, b: FieldValue): Reading => ({ atMs: 1, fields: { a, b } });
const subject = { slot: 'default', model: 'tiny', version: 1, signature: signature(), idPrefix: 'x' };

describe('a model', () => {
  it('computes the same as its formula', async () => {
    const predictor = new Predictor(await load(tinyModel(TINY)), subject);
    const rows = [
      [1, 0],
      [0.2, 0.9],
      [-3, 1],
    ] as const;
    const inferences = await predictor.predict(rows.map(([a, b]) => reading(a, String(b))));
    for (const [index, row] of rows.entries()) {
      const expected = tinyProbabilities(TINY, row);
      const { prediction } = inferences[index]!.outcome;
      for (const [column, value] of expected.entries()) {
        expect(Math.abs(Number(prediction!.outputs['p']![column]) - value)).toBeLessThan(FLOAT32_TOLERANCE);
      }
      expect(prediction!.predicted).toBe(row[0] > row[1] ? 'left' : 'right');
    }
  });

  it('is not loaded when its bytes are not the ones that were verified', async () => {
    await expect(load(tinyModel(TINY), { digest: '0'.repeat(64) })).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
  });

  it('is not loaded when it is no model', async () => {
    await expect(load(new Uint8Array(100).fill(3))).rejects.toMatchObject({ code: 'LOAD_FAILED' });
  });

  it('is not loaded when it has other inputs or outputs than its release declares', async () => {
    const { inputs, outputs, ...rest } = signature();
    const other = { ...rest, inputs: [{ ...inputs[0]!, name: 'y' }], outputs };
    await expect(load(tinyModel(TINY), { signature: other })).rejects.toMatchObject({
      code: 'MODEL_SIGNATURE_MISMATCH',
    });
  });
});

describe('a batch of readings', () => {
  it('loses only the reading that does not fit', async () => {
    const predictor = new Predictor(await load(tinyModel(TINY)), subject);
    const [good, bad, last] = await predictor.predict([reading(1, 0), reading('banana', 5), reading(0, 1)]);
    expect(good!.outcome.prediction?.predicted).toBe('left');
    expect(bad!.outcome.failure).toMatchObject({ code: 'INPUT_INVALID', message: expect.stringContaining('banana') });
    expect(bad!.values).toEqual({ a: null, b: 5 });
    expect(last!.outcome.prediction?.predicted).toBe('right');
  });

  it('counts NaN in the outputs as an error of that reading', async () => {
    const predictor = new Predictor(await load(tinyModel(TINY)), subject);
    const [missing, good] = await predictor.predict([reading('', 1), reading(1, 0)]);
    expect(missing!.outcome.failure).toMatchObject({
      code: 'INFERENCE_FAILED',
      message: expect.stringContaining('NaN'),
    });
    expect(missing!.values).toEqual({ a: null, b: 1 });
    expect(good!.outcome.prediction).toBeDefined();
  });

  it('counts outputs of another shape as an error', async () => {
    const model: BatchModel = { run: async () => ({ p: { dims: [1, 3], data: [1, 0, 0] } }) };
    const [only] = await new Predictor(model, subject).predict([reading(1, 0)]);
    expect(only!.outcome.failure).toMatchObject({
      code: 'INFERENCE_FAILED',
      message: expect.stringContaining('shape'),
    });
  });

  it('has the score of a model of anomalies', async () => {
    const { outputs, ...rest } = signature();
    const spec = (name: string, dims: number[]) => ({ ...outputs[0]!, name, dims, meaning: name });
    const anomalies = {
      ...rest,
      task: 'anomaly',
      classes: ['normal', 'anomaly'],
      outputs: [spec('score', [-1]), spec('probabilities', [-1, 2]), spec('class_index', [-1])],
    };
    const model: BatchModel = {
      run: async () => ({
        score: { dims: [1], data: [7.5] },
        probabilities: { dims: [1, 2], data: [0.25, 0.75] },
        class_index: { dims: [1], data: [1n] },
      }),
    };
    const [only] = await new Predictor(model, { ...subject, signature: anomalies }).predict([reading(1, 0)]);
    expect(only!.outcome.prediction).toMatchObject({
      predicted: 'anomaly',
      classIndex: 1,
      confidence: 0.75,
      score: 7.5,
    });
  });

  it('is run row by row when it cannot be run as one', async () => {
    const model: BatchModel = {
      run: async (rows) => {
        if (rows.some(([x]) => x!.values[0] === 13)) throw new Error('unlucky');
        return { p: { dims: [rows.length, 2], data: rows.flatMap(() => [0.9, 0.1]) } };
      },
    };
    const inferences = await new Predictor(model, subject).predict([reading(1, 0), reading(13, 0), reading(2, 0)]);
    expect(inferences.map(({ outcome }) => outcome.prediction?.predicted)).toEqual(['left', undefined, 'left']);
  });
});

describe('a number from outside', () => {
  for (const [text, expected] of [
    [' 1.5 ', 1.5],
    ['1e3', 1_000],
    ['', undefined],
    ['NaN', undefined],
    ['n/a', undefined],
    [null, undefined],
  ] as const) {
    it(`${JSON.stringify(text)} is ${expected}`, () => expect(parseNumber('a', text)).toBe(expected));
  }
  for (const text of ['1,5', 'x', 'Infinity', '12abc']) {
    it(`${text} is refused`, () => {
      expect(() => parseNumber('a', text)).toThrow(expect.objectContaining({ code: 'INPUT_INVALID' }));
    });
  }
});

describe('golden vectors', () => {
  async function golden(goldenError: number): Promise<GoldenVectors> {
    const variants = [{ name: 'float32', model: TINY, goldenError }];
    const release = await makeTestRelease({ version: 1, key: makeTestKey(), variants });
    return GoldenVectors.decode([...release.blobs.values()][1]!.bytes);
  }

  it('pass when every output is within the tolerance, with times and memory', async () => {
    const result = await runGoldenTest(await load(tinyModel(TINY)), await golden(0), signature());
    expect(result).toMatchObject({ passed: true, rows: 4 });
    expect(result.fault).toBeUndefined();
    expect(result.largestDeviation).toBeLessThanOrEqual(result.tolerance);
    expect(result.p95Ms).toBeGreaterThanOrEqual(result.p50Ms);
    expect(result.rssBytes).toBeGreaterThan(1e6);
  });

  it('fail when an output deviates, and say by how much and where', async () => {
    const result = await runGoldenTest(await load(tinyModel(TINY)), await golden(0.01), signature());
    expect(result).toMatchObject({ passed: false, fault: expect.stringMatching(/^output p at \[\d, \d\]: expected /) });
    // The error was added in float32.
    expect(result.largestDeviation).toBeCloseTo(0.01, 6);
  });

  it('are computed as many rows at a time as they say, and all at once where they do not', async () => {
    for (const [rowsPerRun, expected] of [
      [3, [3, 1]],
      [4, [4]],
      [0, [4]],
    ] as const) {
      const model = await load(tinyModel(TINY));
      const runs = vi.spyOn(model, 'runTensors');
      const result = await runGoldenTest(model, { ...(await golden(0)), rowsPerRun }, signature());
      expect(result).toMatchObject({ passed: true, rows: 4 });
      // Single rows are timed afterwards.
      const cut = runs.mock.calls.slice(0, expected.length).map(([inputs]) => inputs[0]!.dims);
      expect(cut).toEqual(expected.map((rows) => [rows, 2]));
    }
  });

  it('without rows are refused', async () => {
    const empty = { ...(await golden(0)), rows: 0 };
    const model = await load(tinyModel(TINY));
    await expect(runGoldenTest(model, empty, signature())).rejects.toMatchObject({ code: 'MALFORMED_MESSAGE' });
  });
});
