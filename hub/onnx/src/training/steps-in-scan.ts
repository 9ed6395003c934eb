import { encodeAttribute } from '../format/attributes.ts';
import { type Graph, type Model, newGraph, newNode, type ValueInfo, withFields } from '../format/messages.ts';
import { Names } from '../graph/names.ts';
import { renameInNode } from '../graph/rename-values.ts';
import { toValueInfo, valueTypeOf } from '../graph/value-type.ts';

/** An input, and the output that is its next value. */
export interface CarriedValue {
  readonly input: string;
  readonly output: string;
}

/**
 * The model as the body of a Scan: one run makes a step for each entry of the inputs' new first axis.
 *
 * Inputs and outputs keep their names. Carried values keep their shapes; every other input and output is stacked along
 * the new axis, whose size is open.
 *
 * @see ONNX Scan-11
 */
export function stepsInScan(model: Model, carried: readonly CarriedValue[]): Model {
  const { graph } = model;
  const input = carriedFirst(
    graph.input,
    carried.map((value) => value.input),
  );
  const output = carriedFirst(
    graph.output,
    carried.map((value) => value.output),
  );
  const attribute = [
    encodeAttribute('body', bodyOf(withFields(graph, { input, output, valueInfo: [] }))),
    encodeAttribute('num_scan_inputs', input.length - carried.length),
  ];
  const scan = newNode({
    ...{ name: 'steps', opType: 'Scan', attribute },
    input: input.map(({ name }) => name ?? ''),
    output: output.map(({ name }) => name ?? ''),
  });
  const outer = (infos: readonly ValueInfo[]) =>
    infos.map((info, at) => (at < carried.length ? info : withStepAxis(info)));
  return withFields(model, {
    graph: newGraph({ name: graph.name, node: [scan], input: outer(input), output: outer(output) }),
  });
}

function carriedFirst(infos: readonly ValueInfo[], carried: readonly string[]): ValueInfo[] {
  const known = new Map(infos.map((info) => [info.name ?? '', info]));
  const first = carried.flatMap((name) => known.get(name) ?? []);
  for (const name of carried) known.delete(name);
  return [...first, ...known.values()];
}

/** A value inside must not be called like one outside, and those outside are what callers know. */
function bodyOf(graph: Graph): Graph {
  const names = Names.of(graph);
  const ports = [...graph.input, ...graph.output].map(({ name }) => name ?? '');
  const inner = new Map(ports.map((name) => [name, names.fresh(`step_${name}`)]));
  const renamed = (info: ValueInfo): ValueInfo => withFields(info, { name: inner.get(info.name ?? '') ?? info.name });
  return withFields(graph, {
    node: graph.node.map((node) => renameInNode(node, inner)),
    input: graph.input.map(renamed),
    output: graph.output.map(renamed),
  });
}

function withStepAxis(info: ValueInfo): ValueInfo {
  const { type, dims } = valueTypeOf(info);
  return toValueInfo(info.name ?? '', { type, dims: dims && ['steps', ...dims] });
}
