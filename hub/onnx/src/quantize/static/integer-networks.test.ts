import { beforeAll, describe, expect, test } from 'vitest';
import type { Model } from '../../format/messages.ts';
import { checkModel } from '../../inspect/check-model.ts';
import { checkTypes } from '../../inspect/check-types.ts';
import { modelStats } from '../../inspect/model-stats.ts';
import { rangesFor } from '../../testing/calibration.ts';
import { integerNetworks } from '../../testing/networks/integer-networks.ts';
import { OFFICIAL_CHECKER, officialFaults } from '../../testing/official-checker.ts';
import { optimizedOperators } from '../../testing/optimized-operators.ts';
import { ortSession } from '../../testing/ort-session.ts';
import { expectSameOutputs } from '../../testing/same-outputs.ts';
import { prepareForQuantization } from '../plan/prepare-for-quantization.ts';
import { planQuantization } from '../plan/quantization-plan.ts';
import type { ValueRange } from './activation-quantization.ts';
import { staticQuantize } from './static-quantize.ts';

const NETWORKS = integerNetworks();
/** Operators of which one would tell that a layer fell back to floats. */
const FLOAT_OPERATORS = [
  'Conv',
  'Gemm',
  'MatMul',
  'FusedConv',
  'FusedGemm',
  'Relu',
  'Clip',
  'HardSigmoid',
  'Add',
  'Mul',
];
/** Of random weights, a handful of layers with 8 bits each leave at least this much. */
const LEAST_SIGNAL_DB = 22;

describe.each(Object.keys(NETWORKS))('a network %s', (name) => {
  const { model: given, x, operators } = NETWORKS[name]!;
  let model: Model;
  let ranges: Map<string, ValueRange>;
  let quantized: Model;

  beforeAll(async () => {
    model = prepareForQuantization(given);
    ranges = await rangesFor(model, { x });
    quantized = staticQuantize(model, ranges);
  });

  // Folding into weights rounds them to float32 again.
  test('computes the same when it is prepared', () => expectSameOutputs(given, model, { x }, 1e-4));

  test('has a range for every value that becomes integers, and needs no other', () => {
    expect([...ranges.keys()]).toEqual(expect.arrayContaining([...planQuantization(model).activations]));
    expect(planQuantization(model).kept.filter(({ reason }) => reason !== 'few-inputs')).toEqual([]);
  });

  test('runs on integers', async () => {
    const run = await optimizedOperators(quantized);
    expect(run).toMatchObject(operators);
    for (const operator of FLOAT_OPERATORS) expect(run[operator]).toBe(operators[operator]);
  });

  test('stays close to its float form, also with 7-bit weights', async () => {
    const expected = await outputOf(model, { x });
    expect(signalToNoise(expected, await outputOf(quantized, { x }))).toBeGreaterThan(LEAST_SIGNAL_DB);
    const reduced = staticQuantize(model, ranges, { reduceRange: true });
    // One bit less is 6 dB less where weights are what is rounded most.
    expect(signalToNoise(expected, await outputOf(reduced, { x }))).toBeGreaterThan(LEAST_SIGNAL_DB - 6);
  });

  test('keeps inputs and outputs, and has no faults', () => {
    expect([checkModel(quantized), checkTypes(quantized)]).toEqual([[], []]);
    const [before, after] = [modelStats(given), modelStats(quantized)];
    expect([after.inputs, after.outputs]).toEqual([before.inputs, before.outputs]);
  });

  test('quantizes no value twice, and nothing that no integer node reads or writes', () => {
    for (const exclude of subsetsOf(planQuantization(model).quantized.map((node) => node.name))) {
      expectCleanBorders(staticQuantize(model, ranges, { exclude }));
    }
  });

  test('gives about the same whatever stays in float', async () => {
    const expected = await outputOf(model, { x });
    for (const exclude of subsetsOf(planQuantization(model).quantized.map((node) => node.name))) {
      const mixed = await outputOf(staticQuantize(model, ranges, { exclude }), { x });
      expect(signalToNoise(expected, mixed)).toBeGreaterThan(LEAST_SIGNAL_DB - 2);
    }
  });
});

if ('missing' in OFFICIAL_CHECKER) {
  test.skip(`quantized networks pass ONNX's own checker (skipped: ${OFFICIAL_CHECKER.missing})`, () => undefined);
} else {
  test("quantized networks pass ONNX's own checker", async () => {
    const models = Object.values(NETWORKS).map(async ({ model: given, x }) => {
      const model = prepareForQuantization(given);
      return staticQuantize(model, await rangesFor(model, { x }));
    });
    expect(officialFaults(await Promise.all(models))).toEqual([]);
  });
}

/** Each alone, every second, and all. */
function subsetsOf(names: readonly string[]): string[][] {
  return [...names.map((name) => [name]), names.filter((_, index) => index % 2 === 0), [...names]];
}

function expectCleanBorders({ graph }: Model): void {
  const quantizers = graph.node.filter(({ opType }) => opType === 'QuantizeLinear');
  const read = quantizers.map(({ input }) => input[0]);
  expect(new Set(read).size).toBe(read.length);
  const dequantized = new Map(
    graph.node.filter(({ opType }) => opType === 'DequantizeLinear').map((node) => [node.output[0], node]),
  );
  for (const { output, input } of quantizers) {
    const readers = [...dequantized.values()].filter((node) => node.input[0] === output[0]);
    expect(readers.length).toBeGreaterThan(0);
    expect(dequantized.has(input[0])).toBe(false);
    const beforeIsInteger = graph.node.some(
      (node) => node.output[0] === input[0] && node.input.some((name) => dequantized.has(name)),
    );
    const behind = graph.node.filter((node) =>
      node.input.some((name) => readers.some((reader) => reader.output[0] === name)),
    );
    const behindIsInteger = behind.some((node) => node.input.slice(1).some((name) => dequantized.has(name)));
    expect(beforeIsInteger || behindIsInteger).toBe(true);
  }
}

async function outputOf(model: Model, feeds: Record<string, (typeof NETWORKS)[string]['x']>): Promise<Float32Array> {
  const [value] = Object.values(await (await ortSession(model)).run(feeds));
  return value!.data as Float32Array;
}

/** Ratio of the powers of the values and of their differences, in decibels. */
function signalToNoise(expected: Float32Array, actual: Float32Array): number {
  expect(actual.length).toBe(expected.length);
  const power = (values: Float32Array): number => values.reduce((sum, value) => sum + value ** 2, 0);
  return 10 * Math.log10(power(expected) / power(expected.map((value, at) => value - actual[at]!)));
}
