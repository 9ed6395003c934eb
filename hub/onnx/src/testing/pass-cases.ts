import { expect } from 'vitest';
import type { Model } from '../format/messages.ts';
import { GraphBuilder } from '../graph/graph-builder.ts';
import { allNodes } from '../inspect/model-graphs.ts';
import { nodesPerOperator } from '../inspect/node-counts.ts';
import type { Pass } from '../passes/pass.ts';
import { float32, int64 } from '../tensor/tensor.ts';
import type { OrtSession } from './ort-session.ts';
import { randomFloat32, seededRandom } from './random-tensors.ts';
import { expectSameOutputs } from './same-outputs.ts';

/** Weights are rounded once more, and sums are added in another order; random weights of a few dozen entries. */
export const ROUNDING: number = 1e-5;

const random = seededRandom(12);
export const FEEDS: Parameters<OrtSession['run']>[0] = {
  x: randomFloat32(random, [2, 6]),
  image: randomFloat32(random, [2, 4, 5, 5]),
  n: int64([3], []),
};

/** Adds nodes over x [batch, 6], image [batch, 4, 5, 5] and n [] and returns the output, or several. */
export type Build = (graph: GraphBuilder) => string | readonly string[];

export interface PassCase {
  readonly pass: Pass;
  readonly build: Build;
  /** Nodes per operator that are left. */
  readonly left: Readonly<Record<string, number>>;
  readonly opset?: number;
}

/** The model of a case. */
export function modelOf(build: Build, opset = 21): Model {
  const graph = new GraphBuilder({ opset });
  graph.input('x', 'float32', ['batch', 6]);
  graph.input('image', 'float32', ['batch', 4, 5, 5]);
  graph.input('n', 'int64', []);
  for (const value of [build(graph)].flat()) graph.output(value, 'float32');
  return graph.build();
}

/** A constant of random float32 weights. */
export function weights(graph: GraphBuilder, ...dims: number[]): string {
  return graph.constant(randomFloat32(random, dims), 'weights');
}

/** Scale, bias, mean and variance of `count` channels. */
export function statistics(graph: GraphBuilder, count: number): string[] {
  const variance = float32(randomFloat32(random, [count]).data.map((entry) => Math.abs(entry) + 0.1));
  return [weights(graph, count), weights(graph, count), weights(graph, count), graph.constant(variance)];
}

/** A list of int64. */
export function ints(graph: GraphBuilder, ...values: number[]): string {
  return graph.constant(int64(values));
}

/** Expects that a pass leaves these nodes, that outputs stay the same, and that there is nothing left to do. */
export async function expectPass({ pass, build, left, opset }: PassCase): Promise<void> {
  const model = modelOf(build, opset);
  const { model: after, report } = pass(model);
  await expectSameOutputs(model, after, FEEDS, ROUNDING);
  expect(nodesPerOperator(allNodes(after.graph.node))).toEqual(left);
  expect(report.nodesBefore).toBe(model.graph.node.length);
  expect(report.nodesAfter).toBe(after.graph.node.length);
  const isChanged = report.changes.length > 0;
  expect(isChanged).toBe(after !== model);
  expect(pass(after).report.changes).toEqual([]);
}
