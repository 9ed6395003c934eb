import { differentiate } from '../gradient/differentiate.ts';
import { GraphBuilder } from '../graph/graph-builder.ts';
import type { Dim } from '../graph/value-type.ts';
import { inferTypes } from '../shape/infer-types.ts';
import { type TensorOf, tensor } from '../tensor/tensor.ts';
import { type OrtSession, ortSession } from './ort-session.ts';
import { seededRandom } from './random-tensors.ts';

type Point = Readonly<Record<string, TensorOf<'float64'>>>;

/** Adds the nodes under test, which read the values named in the point, and returns their output. */
export type TestedGraph = (graph: GraphBuilder) => string;

/** How much the graph knows of its inputs' shapes: everything, or only how many dimensions. */
export type ShapeKnowledge = 'sizes' | 'ranks';

/** Half-width of the central difference. Its error is of order h^2 = 1e-10, that of rounding 1e-16 / h = 1e-11. */
const STEP = 1e-5;

/**
 * Largest difference between the gradients of a graph and central finite differences, relative where above 1.
 *
 * All arithmetic is float64. The loss is a sum of the output's entries with random weights.
 */
export async function gradientError(
  point: Point,
  build: TestedGraph,
  knowledge: ShapeKnowledge = 'sizes',
): Promise<number> {
  const forward = await ortSession(declared(point, build, knowledge).build());
  const entries = (await forward.run(point))['tested_output'] as TensorOf<'float64'>;
  const weights = tensor('float64', entries.dims, entries.data.map(weightAt()));
  const loss = async (at: Point): Promise<number> => weightedSum(await forward.run(at), weights);
  const gradients = await analyticGradients(point, build, knowledge, weights);
  let worst = 0;
  for (const [name, value] of Object.entries(point)) {
    const numeric = await finiteDifferences(loss, point, name);
    const analytic = gradients[`gradient_of_${name}`] as TensorOf<'float64'>;
    if (analytic.dims.join() !== value.dims.join()) return Number.POSITIVE_INFINITY;
    worst = Math.max(worst, largestError(analytic.data, numeric));
  }
  return worst;
}

function weightAt(): () => number {
  const random = seededRandom(7);
  return () => random() + 0.5;
}

function declared(point: Point, build: TestedGraph, knowledge: ShapeKnowledge): GraphBuilder {
  const graph = new GraphBuilder();
  for (const [name, { dims }] of Object.entries(point)) {
    const known: Dim[] = dims.map((dim, axis) => (knowledge === 'sizes' ? dim : `${name}_${axis}`));
    graph.input(name, 'float64', known);
  }
  graph.node('Identity', [build(graph)], {}, { outputs: ['tested_output'] });
  return graph.output('tested_output', 'float64');
}

async function analyticGradients(
  point: Point,
  build: TestedGraph,
  knowledge: ShapeKnowledge,
  weights: TensorOf<'float64'>,
): ReturnType<OrtSession['run']> {
  const forward = declared(point, build, knowledge).build();
  const graph = GraphBuilder.extend(forward);
  const seed = graph.constant(weights, 'seed');
  const gradients = differentiate(graph, {
    types: inferTypes(forward),
    nodes: forward.graph.node,
    seeds: new Map([['tested_output', seed]]),
    wanted: Object.keys(point),
  });
  for (const [name, gradient] of gradients) {
    graph.output(graph.node('Identity', [gradient], {}, { outputs: [`gradient_of_${name}`] }), 'float64');
  }
  return (await ortSession(graph.build())).run(point);
}

function weightedSum(outputs: Awaited<ReturnType<OrtSession['run']>>, weights: TensorOf<'float64'>): number {
  const output = outputs['tested_output'] as TensorOf<'float64'>;
  return output.data.reduce((sum, value, at) => sum + value * (weights.data[at] ?? 0), 0);
}

async function finiteDifferences(loss: (at: Point) => Promise<number>, point: Point, name: string): Promise<number[]> {
  const value = point[name] as TensorOf<'float64'>;
  const differences: number[] = [];
  for (const at of value.data.keys()) {
    const moved = async (by: number): Promise<number> => {
      const data = Float64Array.from(value.data);
      data[at] = (data[at] ?? 0) + by;
      return loss({ ...point, [name]: tensor('float64', value.dims, data) });
    };
    differences.push(((await moved(STEP)) - (await moved(-STEP))) / (2 * STEP));
  }
  return differences;
}

function largestError(analytic: Float64Array, numeric: readonly number[]): number {
  const errors = numeric.map((value, at) => Math.abs(value - (analytic[at] ?? 0)) / Math.max(1, Math.abs(value)));
  return Math.max(0, ...errors);
}
