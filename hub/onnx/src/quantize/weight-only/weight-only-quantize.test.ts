import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { float } from '../../format/attributes.ts';
import type { Model } from '../../format/messages.ts';
import { writeModel } from '../../format/write-model.ts';
import { GraphBuilder } from '../../graph/graph-builder.ts';
import { checkModel } from '../../inspect/check-model.ts';
import { modelStats } from '../../inspect/model-stats.ts';
import { inferTypes } from '../../shape/infer-types.ts';
import { decodeTensor } from '../../tensor/decode-tensor.ts';
import type { TensorOf } from '../../tensor/tensor.ts';
import { OFFICIAL_CHECKER, officialFaults } from '../../testing/official-checker.ts';
import { ortSession } from '../../testing/ort-session.ts';
import { randomFloat32, seededRandom } from '../../testing/random-tensors.ts';
import { blockWeight, blockWeights, type WeightBits } from './block-weights.ts';
import { planWeightOnlyQuantization } from './weight-only-plan.ts';
import { weightOnlyQuantize } from './weight-only-quantize.ts';

const SEED = 21;
const BITS: readonly WeightBits[] = [8, 4];

interface DenseForm {
  readonly rows: readonly number[];
  readonly inputs: number;
  readonly outputs: number;
  readonly operator: 'MatMul' | 'Gemm';
  readonly transB: boolean;
  readonly hasBias: boolean;
  readonly alpha: number;
  readonly beta: number;
}

const arbitraryForm: fc.Arbitrary<DenseForm> = fc
  .record({
    rows: fc.constantFrom([1], [3], [2, 3], [2, 1, 2]),
    inputs: fc.integer({ min: 1, max: 80 }),
    outputs: fc.integer({ min: 1, max: 20 }),
    operator: fc.constantFrom('MatMul' as const, 'Gemm' as const),
    transB: fc.boolean(),
    hasBias: fc.boolean(),
    alpha: fc.constantFrom(1, 0.5, -2),
    beta: fc.constantFrom(1, 3),
  })
  // Gemm takes matrices only.
  .map((form) => (form.operator === 'Gemm' ? { ...form, rows: form.rows.slice(0, 1) } : form));

function denseModel(form: DenseForm, random: () => number): Model {
  const { rows, inputs, outputs, operator, transB, hasBias, alpha, beta } = form;
  const graph = new GraphBuilder();
  graph.input('x', 'float32', [...rows.map((_, axis) => `n${axis}`), inputs]);
  const isTurned = operator === 'Gemm' && transB;
  const weight = graph.initializer('w', randomFloat32(random, isTurned ? [outputs, inputs] : [inputs, outputs]));
  const bias = operator === 'Gemm' && hasBias ? graph.initializer('b', randomFloat32(random, [outputs])) : undefined;
  const attributes = operator === 'Gemm' ? { alpha: float(alpha), beta: float(beta), transB } : {};
  const y = graph.node(operator, ['x', weight, bias], attributes, { name: 'dense', outputs: ['y'] });
  return graph.output(y, 'float32', [...rows.map((_, axis) => `n${axis}`), outputs]).build();
}

/** What a MatMulNBits node of the model multiplies by, [input][output], and adds. */
function storedLayer(model: Model): { weights: number[][]; bias: number[] } {
  const node = model.graph.node.find(({ opType }) => opType === 'MatMulNBits')!;
  const attribute = (name: string): number => Number(node.attribute.find((entry) => entry.name === name)!.i);
  const constant = (name: string) => decodeTensor(model.graph.initializer.find((entry) => entry.name === name)!);
  const [codes, scales] = [node.input[1]!, node.input[2]!].map((name) => constant(name).data as Uint8Array);
  const [inputs, outputs, bits, size] = ['K', 'N', 'bits', 'block_size'].map(attribute) as [
    number,
    number,
    number,
    number,
  ];
  const blocks = Math.ceil(inputs / size);
  const weights = Array.from({ length: inputs }, (_, input) =>
    Array.from({ length: outputs }, (__, output) => {
      const place = (output * blocks + Math.floor(input / size)) * size + (input % size);
      const code = (codes![Math.floor((place * bits) / 8)]! >> ((place * bits) % 8)) & (2 ** bits - 1);
      return (code - 2 ** (bits - 1)) * scales![output * blocks + Math.floor(input / size)]!;
    }),
  );
  const bias = node.input[5] ? [...(constant(node.input[5]).data as Float32Array)] : weights[0]!.map(() => 0);
  return { weights, bias };
}

/** Largest excess of a difference over what rounding activations to 8 bits, block by block, can make of it. */
function worstExcess(x: TensorOf<'float32'>, y: TensorOf<'float32'>, model: Model, blockSize: number): number {
  const { weights, bias } = storedLayer(model);
  const [inputs, outputs] = [weights.length, bias.length];
  let worst = Number.NEGATIVE_INFINITY;
  for (let row = 0; row * inputs < x.data.length; row++) {
    const values = x.data.subarray(row * inputs, (row + 1) * inputs);
    for (let output = 0; output < outputs; output++) {
      let [sum, bound] = [bias[output]!, 1e-4];
      for (const [input, value] of values.entries()) {
        const weight = weights[input]![output]!;
        const block = values.subarray(input - (input % blockSize), input - (input % blockSize) + blockSize);
        sum += value * weight;
        // Half a step of 127 to the largest value of the block, and as much again for the rounding of its scale.
        bound += (Math.abs(weight) * Math.max(...block.map(Math.abs))) / 127;
      }
      worst = Math.max(worst, Math.abs(y.data[row * outputs + output]! - sum) - bound);
    }
  }
  return worst;
}

describe('weightOnlyQuantize', () => {
  for (const bits of BITS) {
    for (const blockSize of [16, 32, 64, 128, 256]) {
      test(`computes with ${bits}-bit weights in blocks of ${blockSize} what its codes and scales say`, async () => {
        const property = fc.asyncProperty(arbitraryForm, fc.nat(1000), async (form, seed) => {
          const random = seededRandom(seed);
          const model = denseModel(form, random);
          const small = weightOnlyQuantize(model, { bits, blockSize, minElements: 1 });
          expect(checkModel(small)).toEqual([]);
          expect(inferTypes(small).typeOf('y')).toEqual(inferTypes(model).typeOf('y'));
          expect([small.graph.input, small.graph.output]).toEqual([model.graph.input, model.graph.output]);
          const x = randomFloat32(random, [...form.rows, form.inputs], 2);
          const y = (await (await ortSession(small)).run({ x }))['y'] as TensorOf<'float32'>;
          expect(y.dims).toEqual([...form.rows, form.outputs]);
          expect(worstExcess(x, y, small, blockSize)).toBeLessThanOrEqual(0);
        });
        await fc.assert(property, { seed: SEED, numRuns: 25 });
      });
    }
  }

  test('keeps to the float layer as far as 8 and 4 bits go', async () => {
    const form = {
      ...{ rows: [8], inputs: 300, outputs: 100, operator: 'Gemm' as const },
      ...{ transB: true, hasBias: true, alpha: 0.5, beta: 3 },
    };
    const model = denseModel(form, seededRandom(3));
    const x = randomFloat32(seededRandom(4), [8, 300]);
    const expected = (await (await ortSession(model)).run({ x }))['y'] as TensorOf<'float32'>;
    const shares = await Promise.all(
      BITS.map(async (bits) => {
        const small = weightOnlyQuantize(model, { bits, minElements: 1 });
        const y = (await (await ortSession(small)).run({ x }))['y'] as TensorOf<'float32'>;
        const [noise, signal] = [0, 1].map((which) =>
          y.data.reduce((sum, value, at) => sum + (which === 0 ? value - expected.data[at]! : value) ** 2, 0),
        );
        return Math.sqrt(noise! / signal!);
      }),
    );
    // Uniform weights: a step of 2 / 16 has a deviation of its length over sqrt(12), weights one of 1 / sqrt(3).
    expect(shares[0]).toBeLessThan(0.01);
    expect(shares[1]).toBeLessThan(0.07);
  });

  test('makes large layers about a quarter and a seventh of their size', () => {
    const form = {
      ...{ rows: [1], inputs: 512, outputs: 512, operator: 'MatMul' as const },
      ...{ transB: false, hasBias: false, alpha: 1, beta: 1 },
    };
    const model = denseModel(form, seededRandom(5));
    const sizes = BITS.map((bits) => writeModel(weightOnlyQuantize(model, { bits })).length / writeModel(model).length);
    // 9 and 5 bits of 32.
    expect(sizes[0]).toBeCloseTo(9 / 32, 2);
    expect(sizes[1]).toBeCloseTo(5 / 32, 2);
  });

  test('leaves small, excluded and computed weights in float and says so', () => {
    const graph = new GraphBuilder();
    const random = seededRandom(6);
    graph.input('x', 'float32', ['n', 256]);
    const large = graph.initializer('large', randomFloat32(random, [256, 256]));
    const small = graph.initializer('small', randomFloat32(random, [256, 8]));
    const names = ['first', 'second', 'third'] as const;
    const hidden = names.reduce((value, name) => graph.node('MatMul', [value, large], {}, { name }), 'x');
    graph.node('MatMul', [hidden, graph.node('Transpose', ['x'])], {}, { name: 'computed', outputs: ['other'] });
    graph.output('other', 'float32');
    graph.output(graph.node('MatMul', [hidden, small], {}, { name: 'last' }), 'float32', ['n', 8]);
    const model = graph.build();
    const plan = planWeightOnlyQuantization(model, { exclude: ['second'] });
    expect(plan.quantized.map(({ name }) => name)).toEqual(['first', 'third']);
    expect(plan.kept.map(({ name, reason }) => [name, reason])).toEqual([
      ['second', 'excluded'],
      ['computed', 'weights-not-constant'],
      ['last', 'too-small'],
    ]);
    const quantized = weightOnlyQuantize(model, { bits: 8, exclude: ['second'] });
    expect(modelStats(quantized).operators).toMatchObject({ 'com.microsoft.MatMulNBits': 2, MatMul: 3 });
    // The matrix that two layers share is there once, and in float for the third.
    expect(quantized.graph.initializer.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['large', 'small', 'large_codes', 'large_scales']),
    );
    expect(quantized.graph.initializer).toHaveLength(4);
  });

  test('refuses bits and block sizes without a kernel', () => {
    const model = new GraphBuilder().output('x', 'float32').build();
    for (const options of [{ bits: 3 as 4 }, { bits: 4, blockSize: 48 }, { bits: 8, blockSize: 8 }] as const) {
      expect(() => weightOnlyQuantize(model, options)).toThrow(expect.objectContaining({ code: 'ARGUMENT_INVALID' }));
    }
  });

  const title = "passes ONNX's own checker";
  if ('missing' in OFFICIAL_CHECKER) {
    test.skip(`${title} (skipped: ${OFFICIAL_CHECKER.missing})`, () => undefined);
  } else {
    test(title, () => {
      const form = {
        ...{ rows: [1], inputs: 40, outputs: 8, operator: 'Gemm' as const },
        ...{ transB: true, hasBias: true, alpha: 1, beta: 1 },
      };
      const model = denseModel(form, seededRandom(7));
      expect(officialFaults(BITS.map((bits) => weightOnlyQuantize(model, { bits, minElements: 1 })))).toEqual([]);
    });
  }
});

describe('blockWeights', () => {
  test('is off by one step at most with 8 bits, and exact for zero', () => {
    const property = fc.property(
      fc.array(fc.float({ min: -8, max: 8, noNaN: true }), { minLength: 1, maxLength: 40 }),
      (weights) => {
        const { codes, scales } = blockWeights((input) => weights[input]!, [weights.length, 1], {
          bits: 8,
          blockSize: 16,
        });
        for (const [at, weight] of weights.entries()) {
          const scale = scales[Math.floor(at / 16)]!;
          const value = blockWeight(codes.data[at]!, scale, 8);
          // A scale of float32 is off by a millionth; weights below 2^-60 count as zeros.
          expect(Math.abs(value - weight)).toBeLessThanOrEqual(Math.abs(scale) * 1.001 + 2 ** -60);
          if (weight === 0) expect(value).toBe(0 * scale);
        }
      },
    );
    fc.assert(property, { seed: SEED });
  });

  test('gives the largest weight its own value, on whichever side it lies', () => {
    for (const sign of [1, -1]) {
      const weights = [0.1, -0.2, 0.8, 0.4].map((weight) => sign * weight);
      const { codes, scales } = blockWeights((input) => weights[input]!, [4, 1], { bits: 8, blockSize: 16 });
      expect(codes.data[2]).toBe(0);
      expect(blockWeight(0, scales[0]!, 8)).toBeCloseTo(sign * 0.8, 6);
    }
  });

  test('fills up the last block with zeros', () => {
    const { codes } = blockWeights(() => 1, [17, 2], { bits: 4, blockSize: 16 });
    expect(codes.dims).toEqual([2, 2, 8]);
    expect([...codes.data.subarray(9, 16)]).toEqual(Array.from({ length: 7 }, () => 0x88));
  });

  test('keeps a scale of the version before where it rounds nearly as well, and no other', () => {
    const random = seededRandom(30);
    const before = randomFloat32(random, [320]).data;
    const after = before.map((weight, at) => (at < 32 ? 3 * weight : weight + 0.01 * (random() - 0.5)));
    for (const bits of BITS) {
      const options = { bits, blockSize: 32 };
      const first = blockWeights((input) => before[input]!, [320, 1], options);
      const second = blockWeights((input) => after[input]!, [320, 1], { ...options, previousScales: first.scales });
      const kept = [...second.scales].filter((scale, block) => scale === first.scales[block]);
      // The first block grew threefold.
      expect(second.scales[0]).not.toBe(first.scales[0]);
      expect(kept.length).toBeGreaterThan(bits === 4 ? 8 : 0);
    }
  });

  test('cuts off one large weight where that suits the other fifteen', () => {
    const weights = Float32Array.from({ length: 16 }, (_, at) => (at === 0 ? 1.04 : 0.8 * Math.sin(at)));
    const { codes, scales } = blockWeights((input) => weights[input]!, [16, 1], { bits: 4, blockSize: 16 });
    const error = (scale: number, code: (weight: number) => number): number =>
      weights.reduce((sum, weight) => sum + (weight - (code(weight) - 8) * scale) ** 2, 0);
    const plain = 1.04 / -8;
    const rounded = (weight: number): number => Math.max(0, Math.min(15, Math.round(weight / plain) + 8));
    const own = weights.reduce((sum, weight, at) => {
      const code = (codes.data[at >> 1]! >> (4 * (at % 2))) & 15;
      return sum + (weight - blockWeight(code, scales[0]!, 4)) ** 2;
    }, 0);
    expect(own).toBeLessThanOrEqual(error(plain, rounded) * 1.0001);
  });
});
