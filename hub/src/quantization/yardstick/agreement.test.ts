import { float32, GraphBuilder, int64, type Model, type Tensor } from '@edgeloop/onnx';
import { GoldenVectors } from '@edgeloop/protocol';
import { describe, expect, test } from 'vitest';
import type { GraphRunner, Tensors } from '../../graph-engine.ts';
import { SeededRandom } from '../../training/seeded-random.ts';
import type { FeedSource } from '../feed-source.ts';
import { agreement } from './agreement.ts';
import type { Standing } from './yardstick.ts';

/** Answers of a model, given instead of computed: the rows of the source are their places. */
function canned(answers: (row: number) => Tensors): GraphRunner {
  return {
    run: async (feeds) => {
      const rows = [...(feeds['x']!.data as Float32Array)].map(answers);
      return Object.fromEntries(
        Object.keys(rows[0]!).map((name) => {
          const parts = rows.map((row) => row[name]!);
          const data = Float32Array.from(parts.flatMap((part) => Array.from(part.data as Float32Array, Number)));
          const [count = 0, ...dims] = parts[0]!.dims;
          const whole = { ...parts[0]!, dims: [count * rows.length, ...dims], data };
          return [name, (parts[0]!.type === 'int64' ? int64([...data], whole.dims) : whole) as Tensor];
        }),
      );
    },
    close: async () => undefined,
  };
}

function rowsOf(rows: number): FeedSource {
  return {
    rows,
    feeds: (start, count) => {
      const places = Array.from({ length: Math.min(count, rows - start) }, (_, index) => start + index);
      return { x: float32(places, [places.length, 1]) };
    },
  };
}

/** A graph with these outputs; what they come from is a Gemm, or an Identity. */
function modelWith(outputs: Readonly<Record<string, 'Gemm' | 'Identity'>>): Model {
  const graph = new GraphBuilder();
  graph.input('x', 'float32', ['batch', 1]);
  for (const [name, operator] of Object.entries(outputs)) {
    const inputs = operator === 'Gemm' ? ['x', graph.constant(float32([1, 1], [1, 2]))] : ['x'];
    graph.node(operator, inputs, {}, { outputs: [name] });
    graph.output(name, 'float32', ['batch', 2]);
  }
  return graph.build();
}

async function standing(
  model: Model,
  float: (row: number) => Tensors,
  form: (row: number) => Tensors,
  rows = 100,
): Promise<Standing> {
  const held = await agreement(rowsOf(rows)).hold({ model, runner: canned(float), atOnce: 16 });
  expect(held.float.quality).toMatchObject({ figure: 'agreement', value: 1, drop: 0, rows });
  expect((await held.measure(canned(float))).quality.value).toBe(1);
  return held.measure(canned(form));
}

const pair = (first: number, second: number): Tensors => ({ y: float32([first, second], [1, 2]) });

describe('agreement with float32', () => {
  test('is the share of rows with the same class where an output holds probabilities', async () => {
    const { quality, demands } = await standing(
      modelWith({ y: 'Identity' }),
      (row) => (row % 2 === 0 ? pair(0.9, 0.1) : pair(0.2, 0.8)),
      // Other probabilities, but another class on 5 of 100 rows only.
      (row) => (row % 20 === 0 ? pair(0.4, 0.6) : row % 2 === 0 ? pair(0.6, 0.4) : pair(0.3, 0.7)),
    );
    expect(quality).toMatchObject({ value: 0.95, rows: 100 });
    expect(quality.drop).toBeCloseTo(0.05, 12);
    // Wilson's interval of 95 in 100, Newcombe 1998.
    expect(quality.low).toBeCloseTo(0.8882, 4);
    expect(quality.high).toBeCloseTo(0.9785, 4);
    expect(demands).toEqual([{ name: 'agreement', form: 0.95, float: 1 }]);
  });

  test('is that of the largest entries of a last product too, whatever its numbers are', async () => {
    const logits = (row: number): Tensors => pair(row % 3, 1.5);
    const { quality } = await standing(modelWith({ y: 'Gemm' }), logits, (row) => {
      const [first = 0, second = 0] = logits(row)['y']!.data as Float32Array;
      return pair(5 * first, 5 * second);
    });
    expect(quality.value).toBe(1);
  });

  test('does not count the largest entry where it is always the same one', async () => {
    const { quality } = await standing(
      modelWith({ y: 'Gemm' }),
      (row) => pair(row, 1_000),
      (row) => pair(row + 20, 1_000),
    );
    // The first entry is off by 20; the places 0 to 99 have a variance of 833.25.
    expect(quality.value).toBeCloseTo(1 - 400 / 833.25, 5);
  });

  test('counts every position of a sequence', async () => {
    const steps = (row: number, wrong: number): Tensors => {
      const shares = Array.from({ length: 10 }, (_, step) =>
        (row + step) % 2 === Number(step < wrong) ? [0.9, 0.1] : [0.1, 0.9],
      );
      return { y: float32(shares.flat(), [1, 10, 2]) };
    };
    const { quality } = await standing(
      modelWith({ y: 'Identity' }),
      (row) => steps(row, 0),
      (row) => steps(row, row % 2),
    );
    expect(quality.value).toBeCloseTo(0.95, 12);
  });

  test('is that of the text where positions spell one, wherever each symbol is told', async () => {
    /** 0 is the blank. */
    const spelled = (places: readonly number[]): Tensors => ({
      y: float32(
        places.flatMap((place) => [0, 1, 2, 3].map((at) => (at === place ? 0.97 : 0.01))),
        [1, places.length, 4],
      ),
    });
    const { quality } = await standing(
      modelWith({ y: 'Identity' }),
      () => spelled([0, 1, 1, 0, 1, 0, 2, 3, 0, 0]),
      // The same symbols elsewhere; on every tenth row the last one is another, which is one of four.
      (row) => spelled([1, 0, 1, 0, 0, 0, 2, 0, row % 10 === 0 ? 2 : 3, 0]),
    );
    expect(quality.value).toBeCloseTo(1 - 0.1 / 4, 10);
  });

  test('is 1 minus the relative error of numbers', async () => {
    const number = (value: number): Tensors => ({ y: float32([value, 2 * value], [1, 2]) });
    const { quality } = await standing(
      modelWith({ y: 'Identity' }),
      (row) => number(row),
      (row) => number(row + (row % 2 === 0 ? 3 : -3)),
    );
    // An error of 3^2 (1 + 4) against a variance of 833.25 (1 + 4).
    expect(quality.value).toBeCloseTo(1 - 9 / 833.25, 5);
    expect(quality.low).toBeLessThan(quality.value);
    expect(quality.high).toBeGreaterThan(quality.value);
  });

  test('is nothing for another shape, or a number that is none', async () => {
    const number = (row: number): Tensors => pair(row, -row);
    const model = modelWith({ y: 'Identity' });
    expect((await standing(model, number, () => ({ y: float32([1], [1, 1]) }))).quality.value).toBe(0);
    expect((await standing(model, number, (row) => pair(row, row === 7 ? Number.NaN : -row))).quality.value).toBe(0);
  });

  test('is that of the worst of several outputs, and names it', async () => {
    const both = (row: number, index: number): Tensors => ({
      ...pair(row % 2, (row + 1) % 2),
      index: int64([index]) as Tensor,
    });
    const { quality, notes } = await standing(
      modelWith({ y: 'Identity', index: 'Identity' }),
      (row) => both(row, row % 5),
      (row) => both(row, row % 10),
    );
    expect(quality.value).toBe(0.5);
    expect(notes).toEqual(['of the 2 outputs index agrees least']);
  });

  test('tells how far float32 agrees with itself, which a model that draws random numbers does not', async () => {
    const random = new SeededRandom(1);
    const drawn: GraphRunner = canned(() => pair(random.next(), random.next()));
    const float = { model: modelWith({ y: 'Identity' }), runner: drawn, atOnce: 16 };
    const held = await agreement(rowsOf(100)).hold(float);
    expect(held.float.selfAgreement).toBeLessThan(0.7);
    expect((await held.measure(drawn)).selfAgreement).toBe(held.float.selfAgreement);
    const steady = await agreement(rowsOf(100)).hold({ ...float, runner: canned((row) => pair(row, 1)) });
    expect(steady.float.selfAgreement).toBe(1);
  });

  test('needs every output', async () => {
    await expect(
      standing(
        modelWith({ y: 'Identity' }),
        (row) => pair(row, 1),
        () => ({ z: float32([1], [1, 1]) }),
      ),
    ).rejects.toMatchObject({ code: 'MODEL_INVALID', message: 'expected an output y, got z' });
  });
});

test('golden vectors of any model hold rows of the whole source and one tolerance', async () => {
  const runner = canned((row) => ({ ...pair(row, 10 * row), index: int64([row]) as Tensor }));
  const { bytes, rows, notes } = await agreement(rowsOf(100)).golden(runner, { tolerance: 0.05, atOnce: 16 });
  const golden = GoldenVectors.decode(bytes);
  expect([rows, golden.rows, notes]).toEqual([32, 32, []]);
  expect(golden.inputs).toMatchObject([{ name: 'x', elementType: 'float32', dims: [32, 1] }]);
  // A class may rightly change where two are nearly equal.
  expect(golden.outputs).toMatchObject([{ name: 'y', elementType: 'float32', dims: [32, 2] }]);
  const values = new Float32Array(golden.outputs[0]!.data.slice().buffer);
  expect([values[0], values[2], values.at(-1)]).toEqual([0, 3, 960]);
  expect(golden.tolerance).toBeCloseTo(0.05 * 960, 6);
});

test('golden vectors with few rows say so', async () => {
  const runner = canned((row) => pair(row, 1));
  const { rows, notes } = await agreement(rowsOf(5)).golden(runner, { tolerance: 0.05, atOnce: 16 });
  expect(rows).toBe(5);
  expect(notes).toEqual([
    'golden vectors have 5 rows instead of at least 16: there are no more rows to take them from',
  ]);
});
