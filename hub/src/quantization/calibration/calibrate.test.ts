import {
  CALIBRATION_METHODS,
  exposeActivations,
  float32,
  GraphBuilder,
  int64,
  type Model,
  type Tensor,
  writeModel,
} from '@edgeloop/onnx';
import { describe, expect, it } from 'vitest';
import type { GraphEngine, GraphRunner, Tensors } from '../../graph-engine.ts';
import { SeededRandom } from '../../training/seeded-random.ts';
import { OrtEngine } from '../../worker/ort/ort-engine.ts';
import type { FeedSource } from '../feed-source.ts';
import { calibrate } from './calibrate.ts';

const ENGINE = new OrtEngine();
const FEATURES = 3;

/** x [batch, 3] -> Gemm -> Relu `hidden` [batch, 4] -> Gemm. */
function denseModel(batch: string | number = 'batch'): Model {
  const graph = new GraphBuilder();
  const random = new SeededRandom(1);
  const weight = (dims: number[]): string =>
    graph.constant(
      float32(
        Array.from({ length: dims.reduce((a, b) => a * b, 1) }, () => 2 * random.next() - 1),
        dims,
      ),
    );
  graph.input('x', 'float32', [batch, FEATURES]);
  const hidden = graph.node('Gemm', ['x', weight([FEATURES, 4])]);
  graph.node('Relu', [hidden], {}, { outputs: ['hidden'] });
  graph.node('Gemm', ['hidden', weight([4, 2])], {}, { outputs: ['y'] });
  return graph.output('y', 'float32', [batch, 2]).build();
}

/** Random rows, at most `atOnce` together. */
function denseSource(rows: number, atOnce: number, spread = 1): FeedSource & { readonly values: Float32Array } {
  const random = new SeededRandom(7);
  const values = Float32Array.from({ length: rows * FEATURES }, () => spread * (2 * random.next() - 1));
  return {
    ...{ rows, atOnce, values },
    feeds(start, count) {
      const part = values.subarray(start * FEATURES, (start + count) * FEATURES);
      return { x: float32(part, [part.length / FEATURES, FEATURES]) };
    },
  };
}

/** ONNX Runtime, with a record of what was run. */
class RecordingEngine implements GraphEngine {
  readonly name = ENGINE.name;
  readonly cores = 1;
  readonly memoryBytes = ENGINE.memoryBytes;
  readonly outputs: Tensors[] = [];
  opened = 0;
  closed = 0;

  async open(model: Uint8Array): Promise<GraphRunner> {
    const runner = await ENGINE.open(model);
    this.opened++;
    return {
      run: async (feeds) => {
        const outputs = await runner.run(feeds);
        this.outputs.push(outputs);
        return outputs;
      },
      close: async () => {
        this.closed++;
        await runner.close();
      },
    };
  }
}

describe('calibrate', () => {
  it('finds the extremes and the channels that all rows at once have', async () => {
    const [model, source] = [denseModel(), denseSource(100, 7)];
    const calibration = await calibrate(model, source, ENGINE, { methods: CALIBRATION_METHODS });
    const hidden = await hiddenOf(source);
    expect(calibration.ranges.get('min-max')?.get('hidden')).toEqual({ min: 0, max: Math.max(...hidden) });
    expect(calibration.ranges.get('min-max')?.get('x')).toEqual({
      min: Math.min(...source.values),
      max: Math.max(...source.values),
    });
    for (const channel of [0, 1, 2, 3]) {
      const own = hidden.filter((_, at) => at % 4 === channel);
      expect(calibration.maxima.get('hidden')?.[channel]).toBe(Math.max(...own));
      // Sums in another order, both in float64.
      expect(calibration.means.get('hidden')?.[channel]).toBeCloseTo(own.reduce((a, b) => a + b, 0) / 100, 6);
    }
    expect(calibration.skipped).toEqual([]);
    expect([...calibration.ranges.keys()]).toEqual(CALIBRATION_METHODS);
  });

  it('does not depend on how many rows come together', async () => {
    const [one, many] = [1, 64].map((atOnce) =>
      calibrate(denseModel(), denseSource(200, atOnce), ENGINE, { methods: CALIBRATION_METHODS }),
    );
    expect((await one)?.ranges).toEqual((await many)?.ranges);
  });

  it('keeps nothing of rows that are done', async () => {
    const sizes: number[] = [];
    for (const rows of [500, 16_000]) {
      const engine = new RecordingEngine();
      const { sizeBytes } = await calibrate(denseModel(), denseSource(rows, 50), engine, {
        methods: CALIBRATION_METHODS,
      });
      sizes.push(sizeBytes);
      expect(engine.outputs).toHaveLength(rows / 50);
      const alive = engine.outputs.flatMap((outputs) => Object.values(outputs)).filter(({ data }) => data.length > 0);
      expect(alive).toEqual([]);
      expect([engine.opened, engine.closed]).toEqual([1, 1]);
    }
    // 32 times the rows come nearer to zero: at most 6 octaves of 2 KiB on each side of each of the two values.
    expect(sizes[1]! - sizes[0]!).toBeLessThanOrEqual(2 * 2 * 6 * 2048);
  });

  it('stops between two runs when it is aborted', async () => {
    const [engine, controller] = [new RecordingEngine(), new AbortController()];
    const reason = new Error('enough');
    const running = calibrate(denseModel(), denseSource(100, 10), engine, {
      methods: ['min-max'],
      signal: controller.signal,
      onRows: (rows) => {
        if (rows === 30) controller.abort(reason);
      },
    });
    await expect(running).rejects.toBe(reason);
    expect(engine.outputs).toHaveLength(3);
    expect(engine.closed).toBe(1);
  });

  it('names the value that is not finite, and the rows', async () => {
    const source = denseSource(20, 10);
    source.values[15 * FEATURES] = Number.NaN;
    await expect(calibrate(denseModel(), source, ENGINE, { methods: ['entropy'] })).rejects.toMatchObject({
      code: 'MODEL_INVALID',
      message: 'calibrate value x on rows 10 to 19',
      details: { value: 'x', rows: [10, 20] },
      cause: { code: 'VALUE_NOT_FINITE' },
    });
  });

  it('names a value that overflows inside of the model', async () => {
    const source = denseSource(20, 10, 3e38);
    await expect(calibrate(denseModel(), source, ENGINE, { methods: ['min-max'] })).rejects.toMatchObject({
      details: { value: 'hidden' },
      cause: { code: 'VALUE_NOT_FINITE', message: expect.stringContaining('got Infinity') },
    });
  });

  it('leaves out what is left over where the model takes a fixed number of rows', async () => {
    const methods = ['min-max'] as const;
    const { rows } = await calibrate(denseModel(8), denseSource(20, 50), ENGINE, { methods });
    expect(rows).toBe(16);
    await expect(calibrate(denseModel(8), denseSource(7, 50), ENGINE, { methods })).rejects.toMatchObject({
      message: 'expected at least 8 rows, got 7',
    });
  });

  it('refuses a source without rows, and names that the model does not have', async () => {
    const methods = ['min-max'] as const;
    await expect(calibrate(denseModel(), denseSource(0, 1), ENGINE, { methods })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
    });
    const unknown = calibrate(denseModel(), denseSource(1, 1), ENGINE, { methods, values: ['z'] });
    await expect(unknown).rejects.toMatchObject({ code: 'VALUE_UNKNOWN' });
  });
});

describe('calibrate with values of open shapes', () => {
  /** words [batch, length] -> Gather -> MatMul. */
  const graph = new GraphBuilder();
  graph.input('words', 'int64', ['batch', 'length']);
  const table = float32([1, -2, 3, 4, -5, 6, 7, 8], [4, 2]);
  graph.node('Gather', [graph.constant(table), 'words'], {}, { outputs: ['embedded'] });
  graph.node('MatMul', ['embedded', graph.constant(float32([1, 2, 3, 4], [2, 2]))], {}, { outputs: ['y'] });
  const model = graph.output('y', 'float32', ['batch', 'length', 2]).build();

  /** Texts of these lengths, one a run. */
  const texts = (words: readonly (readonly number[])[]): FeedSource => ({
    rows: words.length,
    atOnce: 1,
    feeds: (start): Record<string, Tensor> => ({ words: int64(words[start] ?? [], [1, words[start]?.length ?? 0]) }),
  });

  it('takes them together', async () => {
    const source = texts([[0], [1, 2, 0], [], [1, 1]]);
    const { ranges, means, maxima } = await calibrate(model, source, ENGINE, { methods: ['min-max'] });
    expect(ranges.get('min-max')?.get('embedded')).toEqual({ min: -5, max: 6 });
    // Words 0, 1, 2, 0, 1, 1: [1, -2], [3, 4], [-5, 6], [1, -2], [3, 4], [3, 4].
    expect([...(means.get('embedded') ?? [])]).toEqual([1, Math.fround(14 / 6)]);
    expect([...(maxima.get('embedded') ?? [])]).toEqual([5, 6]);
  });

  it('notes values that are no floats or never have entries', async () => {
    const values = ['words', 'embedded'];
    const { ranges, skipped } = await calibrate(model, texts([[], []]), ENGINE, { methods: ['percentile'], values });
    expect(skipped).toEqual([
      { value: 'words', reason: 'not-float32' },
      { value: 'embedded', reason: 'always-empty' },
    ]);
    expect(ranges.get('percentile')?.size).toBe(0);
  });
});

/** What all rows in one run have behind the Relu. */
async function hiddenOf(source: FeedSource): Promise<Float32Array> {
  const runner = await ENGINE.open(writeModel(exposeActivations(denseModel(), ['hidden'])));
  const { hidden } = await runner.run(source.feeds(0, source.rows));
  await runner.close();
  return hidden?.data as Float32Array;
}
