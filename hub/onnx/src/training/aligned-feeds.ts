import { type Model, withFields } from '../format/messages.ts';
import { GraphBuilder } from '../graph/graph-builder.ts';
import { valueTypeOf } from '../graph/value-type.ts';
import { scalar } from '../tensor/tensor.ts';

/** Operators that ONNX Runtime lets read the same memory under another name. */
const VIEWS: ReadonlySet<string> = new Set(['Flatten', 'Identity', 'Reshape', 'Squeeze', 'Unsqueeze']);
/** Operators that add many entries up. */
const ADDING = /^(Reduce|Global)|Pool$|Normalization$|Softmax$/;

/**
 * The model with copies of those float32 inputs that are added up as they come in.
 *
 * ONNX Runtime adds up in an order that depends on where memory starts, modulo 16 bytes: the bits of a step would depend
 * on the array that its batch lies in, and on its place among several steps. A copy starts where all of ONNX Runtime's
 * own values do. It is a Sum with 0, which no optimization takes away.
 */
export function withAlignedFeeds(model: Model, isFed: (input: string) => boolean): Model {
  const floats = model.graph.input.filter((info) => valueTypeOf(info).type === 'float32').map(({ name }) => name ?? '');
  const sources = new Map(floats.filter(isFed).map((name) => [name, name]));
  const added = new Set<string>();
  for (const { opType, input, output } of model.graph.node) {
    const [source] = input.flatMap((value) => sources.get(value) ?? []);
    if (source === undefined) continue;
    if (VIEWS.has(opType ?? '')) sources.set(output[0] ?? '', source);
    else if (ADDING.test(opType ?? '')) added.add(source);
  }
  if (added.size === 0) return model;
  const graph = GraphBuilder.rewrite(model);
  const zero = graph.constant(scalar(0));
  const copies = new Map([...added].map((feed) => [feed, graph.node('Sum', [feed, zero], {}, { name: 'aligned' })]));
  for (const node of model.graph.node) {
    graph.keep(withFields(node, { input: node.input.map((value) => copies.get(value) ?? value) }));
  }
  return graph.build();
}
