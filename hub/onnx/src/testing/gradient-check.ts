import { differentiate } from '../gradient/differentiate.ts';
import { DEFAULT_OPSET, GraphBuilder } from '../graph/graph-builder.ts';
import type { Dim } from '../graph/value-type.ts';
import { inferTypes } from '../shape/infer-types.ts';
import type { TensorOf } from '../tensor/tensor.ts';
import { type OrtSession, ortSession } from './ort-session.ts';
import { seededRandom } from './random-tensors.ts';

/** Values that are moved one by one. float32 only for operators that ONNX Runtime has no float64 kernel of. */
type Point = Readonly<Record<string, TensorOf<'float64'> | TensorOf<'float32'>>>;

/** Adds the nodes under test, which read the values named in the point, and returns their output or outputs. */
export type TestedGraph = (graph: GraphBuilder) => string | readonly string[];

/** How much the graph knows of its inputs' shapes: everything, or only how many dimensions. */
export type ShapeKnowledge = 'sizes' | 'ranks';

/**
 * Half-width of the difference.
 *
 * float64: central difference, error of order h^2 = 1e-10 and of rounding 1e-16 / h = 1e-11. float32: five points, error
 * of order h^4 = 1e-6 times the fifth derivative and of rounding 1e-7 / h = 3e-6 times the value. Inputs must stay
 * farther from corners than twice the half-width.
 */
export const STEP: Readonly<Record<'float64' | 'float32', number>> = { float64: 1e-5, float32: 1 / 32 };

type Outputs = Awaited<ReturnType<OrtSession['run']>>;
type Weights = readonly (TensorOf<'float64'> | TensorOf<'float32'>)[];
type Loss = (at: Point) => Promise<number>;

/**
 * Largest difference between the gradients of a graph and finite differences, relative where above 1.
 *
 * The loss is a sum of the entries of all outputs with random weights.
 */
export async function gradientError(
  point: Point,
  build: TestedGraph,
  knowledge: ShapeKnowledge = 'sizes',
  opset: number = DEFAULT_OPSET,
): Promise<number> {
  const tested = declared(point, build, knowledge, opset);
  const { graph, outputs } = tested;
  const forward = await ortSession(graph.build());
  const entries = await forward.run(point);
  const random = seededRandom(7);
  const weights = outputs.map((output): Weights[number] => {
    const { type, dims, data } = entries[output] as Weights[number];
    return { type, dims, data: data.map(() => random() + 0.5) } as Weights[number];
  });
  const loss: Loss = async (at) => weightedSum(await forward.run(at), outputs, weights);
  const gradients = await analyticGradients(point, tested, weights);
  let worst = 0;
  for (const [name, value] of Object.entries(point)) {
    const numeric = await finiteDifferences(loss, point, name);
    const analytic = gradients[`gradient_of_${name}`];
    if (analytic?.dims.join() !== value.dims.join()) return Number.POSITIVE_INFINITY;
    worst = Math.max(worst, largestError(analytic.data as Float64Array, numeric));
  }
  return worst;
}

interface Declared {
  readonly graph: GraphBuilder;
  readonly outputs: readonly string[];
}

function declared(point: Point, build: TestedGraph, knowledge: ShapeKnowledge, opset: number): Declared {
  const graph = new GraphBuilder({ opset });
  for (const [name, { type, dims }] of Object.entries(point)) {
    const known: Dim[] = dims.map((dim, axis) => (knowledge === 'sizes' ? dim : `${name}_${axis}`));
    graph.input(name, type, known);
  }
  const [type = 'float64'] = Object.values(point).map((value) => value.type);
  const outputs = [build(graph)].flat().map((value, index) => {
    const output = `tested_output_${index}`;
    graph.node('Identity', [value], {}, { outputs: [output] });
    graph.output(output, type);
    return output;
  });
  return { graph, outputs };
}

async function analyticGradients(
  point: Point,
  { graph: tested, outputs }: Declared,
  weights: Weights,
): Promise<Outputs> {
  const forward = tested.build();
  const graph = GraphBuilder.extend(forward);
  const gradients = differentiate(graph, {
    types: inferTypes(forward),
    nodes: forward.graph.node,
    seeds: new Map(outputs.map((output, index) => [output, graph.constant(weights[index]!, 'seed')])),
    wanted: Object.keys(point),
  });
  for (const [name, gradient] of gradients) {
    graph.output(
      graph.node('Identity', [gradient], {}, { outputs: [`gradient_of_${name}`] }),
      point[name]?.type ?? 'float64',
    );
  }
  return (await ortSession(graph.build())).run(point);
}

function weightedSum(results: Outputs, outputs: readonly string[], weights: Weights): number {
  let sum = 0;
  for (const [index, output] of outputs.entries()) {
    const { data } = results[output] as Weights[number];
    for (const [at, weight] of weights[index]!.data.entries()) sum += weight * data[at]!;
  }
  return sum;
}

async function finiteDifferences(loss: Loss, point: Point, name: string): Promise<number[]> {
  const value = point[name]!;
  const step = STEP[value.type];
  const differences: number[] = [];
  for (const at of value.data.keys()) {
    const moved = async (by: number): Promise<number> => {
      const data = value.data.slice();
      data[at] = data[at]! + by;
      return loss({ ...point, [name]: { ...value, data } as Point[string] });
    };
    const near = (await moved(step)) - (await moved(-step));
    if (value.type === 'float64') differences.push(near / (2 * step));
    else differences.push((8 * near - (await moved(2 * step)) + (await moved(-2 * step))) / (12 * step));
  }
  return differences;
}

function largestError(analytic: ArrayLike<number>, numeric: readonly number[]): number {
  const errors = numeric.map((value, at) => Math.abs(value - (analytic[at] ?? 0)) / Math.max(1, Math.abs(value)));
  return Math.max(0, ...errors);
}
