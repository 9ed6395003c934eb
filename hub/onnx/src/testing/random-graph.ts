import type { Model } from '../format/messages.ts';
import { GraphBuilder } from '../graph/graph-builder.ts';
import type { Dim } from '../graph/value-type.ts';
import { float32, int64, scalar, tensor } from '../tensor/tensor.ts';
import { randomFloat32, seededRandom } from './random-tensors.ts';

/** A value while a graph grows: its name, and the sizes it has when the graph is fed. */
interface Grown {
  readonly name: string;
  readonly dims: readonly number[];
}

interface Growth {
  readonly graph: GraphBuilder;
  readonly random: () => number;
}

/** Adds nodes behind a value; `undefined` where the value does not have the right shape. */
type Step = (growth: Growth, value: Grown) => Grown | undefined;

/** Sizes of the input `image` when a random graph is fed. */
export const IMAGE_DIMS: readonly number[] = [2, 4, 5, 5];

/**
 * A graph over `image` of nodes that passes look for: constants that are computed, products with factors behind them,
 * shapes that are computed, moves that cancel, branches.
 *
 * @param isOpen whether the batch is a symbol
 */
export function randomGraph(seed: number, steps: number, isOpen: boolean): Model {
  const random = seededRandom(seed);
  const graph = new GraphBuilder();
  const dims: Dim[] = isOpen ? ['batch', ...IMAGE_DIMS.slice(1)] : [...IMAGE_DIMS];
  graph.input('image', 'float32', dims);
  const growth = { graph, random };
  const values: Grown[] = [{ name: 'image', dims: IMAGE_DIMS }];
  for (let done = 0; done < steps; done++) {
    // Mostly the newest value, so that chains grow.
    const from = random() < 0.75 ? values.at(-1) : values[Math.floor(random() * values.length)];
    const step = STEPS[Math.floor(random() * STEPS.length)];
    const next = from && step?.(growth, from);
    if (next && next.dims.reduce((product, dim) => product * dim, 1) <= 2000) values.push(next);
  }
  const read = new Set(graph.graph().node.flatMap(({ input }) => input));
  const ends = values.filter(({ name }) => name !== 'image' && (!read.has(name) || random() < 0.1));
  for (const { name } of ends) graph.output(name, 'float32');
  if (ends.length === 0) graph.output(graph.node('Identity', ['image']), 'float32');
  return graph.build();
}

function weights({ graph, random }: Growth, ...dims: number[]): string {
  return graph.constant(randomFloat32(random, dims, 0.7), 'weights');
}

function ints({ graph }: Growth, ...values: number[]): string {
  return graph.constant(int64(values));
}

function same(growth: Growth, value: Grown, operator: string, ...others: string[]): Grown {
  return { name: growth.graph.node(operator, [value.name, ...others]), dims: value.dims };
}

function pick(random: () => number, count: number): number {
  return Math.floor(random() * count);
}

/** The shape of a value as exporters compute it: each size for itself, put together again. */
function computedShape(growth: Growth, value: Grown): string {
  const shape = growth.graph.node('Shape', [value.name]);
  const sizes = value.dims.map((_, axis) => {
    const size = growth.graph.node('Gather', [shape, growth.graph.constant(int64([axis], []))]);
    return growth.graph.node('Unsqueeze', [size, ints(growth, 0)]);
  });
  return growth.graph.node('Concat', sizes, { axis: 0 });
}

const STEPS: readonly Step[] = [
  (growth, value) => same(growth, value, ['Relu', 'Identity', 'Dropout', 'Neg'][pick(growth.random, 4)] ?? 'Relu'),
  (growth, value) => {
    const [, channels = 0] = value.dims;
    if (value.dims.length !== 4) return undefined;
    const group = channels % 2 === 0 && growth.random() < 0.4 ? 2 : 1;
    const count = 2 * (1 + pick(growth.random, 3));
    const bias = growth.random() < 0.5 ? weights(growth, count) : '';
    const inputs = [value.name, weights(growth, count, channels / group, 1, 1), bias];
    return { name: growth.graph.node('Conv', inputs, { group }), dims: value.dims.with(1, count) };
  },
  (growth, value) => {
    const [, channels = 0, height = 0, width = 0] = value.dims;
    if (value.dims.length !== 4) return undefined;
    const group = channels % 2 === 0 && growth.random() < 0.4 ? 2 : 1;
    const name = growth.graph.node('ConvTranspose', [value.name, weights(growth, channels, 2, 2, 1)], { group });
    return { name, dims: [value.dims[0] ?? 0, 2 * group, height + 1, width] };
  },
  (growth, value) => {
    const [, count = 0] = value.dims;
    if (value.dims.length < 2) return undefined;
    const variance = growth.graph.constant(float32(Array.from({ length: count }, () => 0.2 + growth.random())));
    const statistics = [weights(growth, count), weights(growth, count), weights(growth, count), variance];
    return same(growth, value, 'BatchNormalization', ...statistics);
  },
  (growth, value) => {
    const [, channels = 1] = value.dims;
    const isChannel = value.dims.length > 1 && growth.random() < 0.7;
    const dims = isChannel ? [channels, ...value.dims.slice(2).map(() => 1)] : [];
    const operator = ['Mul', 'Add', 'Sub', 'Div'][pick(growth.random, 4)] ?? 'Mul';
    const constant = growth.graph.constant(
      float32(
        Array.from({ length: isChannel ? channels : 1 }, () => 0.5 + growth.random()),
        dims,
      ),
    );
    if (operator !== 'Div' && growth.random() < 0.3) {
      return { name: growth.graph.node(operator, [constant, value.name]), dims: value.dims };
    }
    return same(growth, value, operator, constant);
  },
  (growth, value) => {
    const width = value.dims.at(-1) ?? 1;
    if (value.dims.length < 2) return undefined;
    const name = growth.graph.node('MatMul', [value.name, weights(growth, width, 3)]);
    return { name, dims: [...value.dims.slice(0, -1), 3] };
  },
  (growth, value) => {
    const perm = value.dims.map((_, axis) => axis).sort(() => growth.random() - 0.5);
    const name = growth.graph.node('Transpose', [value.name], { perm });
    return { name, dims: perm.map((axis) => value.dims[axis] ?? 1) };
  },
  (growth, value) => {
    const name = growth.graph.node('Unsqueeze', [value.name, ints(growth, 1)]);
    const back = growth.graph.node('Squeeze', [name, ints(growth, 1)]);
    return { name: back, dims: value.dims };
  },
  (growth, value) => {
    const [batch = 1] = value.dims;
    const size = growth.graph.node('Slice', [
      computedShape(growth, value),
      ...[[0], [1]].map((list) => ints(growth, ...list)),
    ]);
    const target = growth.graph.node('Concat', [size, ints(growth, -1)], { axis: 0 });
    const total = value.dims.reduce((product, dim) => product * dim, 1);
    return { name: growth.graph.node('Reshape', [value.name, target]), dims: [batch, total / batch] };
  },
  (growth, value) => same(growth, value, 'Reshape', computedShape(growth, value)),
  (growth, value) => same(growth, value, 'Expand', computedShape(growth, value)),
  (growth, value) => {
    const total = value.dims.reduce((product, dim) => product * dim, 1);
    if (total % 5 !== 0) return undefined;
    return { name: growth.graph.node('Reshape', [value.name, ints(growth, -1, 5)]), dims: [total / 5, 5] };
  },
  (growth, value) => {
    const whole = [[0], [2 ** 31], [-1]].map((list) => ints(growth, ...list));
    return same(growth, value, 'Slice', ...whole);
  },
  (growth, value) => same(growth, value, 'Pad', ints(growth, ...value.dims.flatMap(() => [0, 0]))),
  (growth, value) => {
    const sum = growth.graph.node('Add', [growth.graph.constant(scalar(0.5)), growth.graph.constant(scalar(0.25))]);
    return same(growth, value, 'Mul', growth.graph.node('Sqrt', [sum]));
  },
  (growth, value) => {
    const twice = [0, 1].map(() => growth.graph.node('Sigmoid', [value.name]));
    return { name: growth.graph.node('Mul', twice), dims: value.dims };
  },
  (growth, value) => {
    const isKnown = growth.random() < 0.5;
    const size = growth.graph.node('Size', [value.name]);
    const known = growth.graph.constant(tensor('bool', [], Uint8Array.of(Number(growth.random() < 0.5))));
    const condition = isKnown ? known : growth.graph.node('Greater', [size, growth.graph.constant(int64([60], []))]);
    const [then, otherwise] = ['Identity', 'Neg'].map((operator) => {
      const inner = growth.graph.inner('branch');
      inner.output(inner.node('Mul', [inner.node(operator, [value.name]), inner.constant(scalar(2))]), 'float32');
      return inner.graph();
    });
    if (!then || !otherwise) return undefined;
    const name = growth.graph.node('If', [condition], { then_branch: then, else_branch: otherwise });
    return { name, dims: value.dims };
  },
];
