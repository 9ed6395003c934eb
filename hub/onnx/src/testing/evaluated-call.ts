import fc from 'fast-check';
import { expect } from 'vitest';
import { evaluateNode } from '../evaluate/evaluate-node.ts';
import type { AttributeValue } from '../format/attributes.ts';
import type { Model } from '../format/messages.ts';
import { GraphBuilder } from '../graph/graph-builder.ts';
import { elementCount, float32, int64, type Tensor } from '../tensor/tensor.ts';
import { ortSession } from './ort-session.ts';

/** One operator with values to give it. */
export interface EvaluatedCall {
  readonly operator: string;
  readonly inputs: readonly (Tensor | undefined)[];
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
  readonly outputs?: number;
  readonly opset?: number;
}

const RUNS = { seed: 5, numRuns: 12 } as const;

/** The model that makes this call, whose builder takes what `results` names as outputs. */
export function modelOf({ operator, inputs, attributes = {}, outputs = 1, opset = 21 }: EvaluatedCall): {
  readonly model: Model;
  readonly graph: GraphBuilder;
  readonly results: readonly string[];
} {
  const graph = new GraphBuilder({ opset });
  const names = inputs.map((value) => (value ? graph.constant(value, 'value') : ''));
  const results = graph.nodeWithOutputs(outputs, operator, names, attributes);
  return { model: graph.build(), graph, results };
}

/** Evaluates a call here and with ONNX Runtime, which must agree. */
export async function expectSame(call: EvaluatedCall, tolerance = 0): Promise<void> {
  const { model, graph, results } = modelOf(call);
  const own = evaluateNode(model.graph.node[0]!, call.inputs, call.opset ?? 21);
  if (!own) throw new Error(`${call.operator} must be evaluated, got nothing`);
  for (const [index, name] of results.entries()) graph.output(name, own[index]!.type);
  const theirs = await (await ortSession(graph.build())).run({});
  for (const [index, name] of results.entries()) {
    const { type, dims, data } = own[index]!;
    expect(theirs[name]).toMatchObject({ type, dims });
    if (tolerance === 0) expect(plain(data)).toEqual(plain(theirs[name]!.data));
    else expect(largestRelative([...data] as number[], [...theirs[name]!.data] as number[])).toBeLessThan(tolerance);
  }
}

/** The entries, with one zero instead of two. */
function plain(data: Tensor['data']): unknown[] {
  return Array.from(data as Iterable<unknown>, (entry) => (entry === 0 ? 0 : entry));
}

function largestRelative(own: readonly number[], theirs: readonly number[]): number {
  const errors = own.map((value, at) => Math.abs(value - (theirs[at] ?? 0)) / Math.max(1e-30, Math.abs(value)));
  return Math.max(0, ...errors);
}

/** @param low least entry */
export function floats(dims: readonly number[], low = -8): fc.Arbitrary<Tensor> {
  const count = elementCount(dims);
  const entry = fc.double({ min: low, max: 8, noNaN: true, noDefaultInfinity: true });
  return fc.array(entry, { minLength: count, maxLength: count }).map((values) => float32(values, dims));
}

export function integers(dims: readonly number[], min = -9, max = 9): fc.Arbitrary<Tensor> {
  const count = elementCount(dims);
  return fc
    .array(fc.integer({ min, max }), { minLength: count, maxLength: count })
    .map((values) => int64(values, dims));
}

/** Checks a dozen of them. */
export async function forAll<Value>(
  arbitrary: fc.Arbitrary<Value>,
  check: (value: Value) => Promise<void>,
): Promise<void> {
  await fc.assert(fc.asyncProperty(arbitrary, check), RUNS);
}
