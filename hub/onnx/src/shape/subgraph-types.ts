import { intAttribute, intsAttribute } from '../format/attributes.ts';
import type { Graph, Node } from '../format/messages.ts';
import type { Dim, ValueType } from '../graph/value-type.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { positiveAxis, UNKNOWN_TYPE } from './shape-rule.ts';

/** What is known of a value: its type, and the value itself where nothing at run time decides it. */
export interface Known {
  readonly type: ValueType;
  readonly value?: Tensor | undefined;
}

/** What the rules below need of the graph that the node is in. */
export interface SubgraphContext {
  readonly node: Node;
  readonly inputs: readonly Known[];
  /** Version of the operator set that the node belongs to. */
  readonly opset: number;
  /** Outputs of a graph inside of the node, for inputs of these types. */
  infer(graph: Graph, inputs: readonly Known[]): Known[];
}

/** Shapes that still change after this many passes through a body are unknown. */
const MAX_PASSES = 8;
const ITERATION: Known = { type: { type: 'int64', dims: [] } };
const CONDITION: Known = { type: { type: 'bool', dims: [] } };

/** Outputs of a node that runs graphs: If, Loop, Scan; empty for every other one. */
export function subgraphTypes(context: SubgraphContext): Known[] {
  switch (context.node.opType) {
    case 'If':
      return branchTypes(context);
    case 'Loop':
      return loopTypes(context);
    case 'Scan':
      // Scan-8 had a batch dimension of its own.
      return context.opset >= 9 ? scanTypes(context) : [];
    default:
      return [];
  }
}

function graphOf(node: Node, name: string): Graph | undefined {
  return node.attribute.find((attribute) => attribute.name === name)?.g ?? undefined;
}

function branchTypes({ node, inputs, infer }: SubgraphContext): Known[] {
  const [yes, no] = ['then_branch', 'else_branch'].map((name) => {
    const graph = graphOf(node, name);
    return graph ? infer(graph, []) : [];
  });
  const condition = inputs[0]?.value?.data[0];
  if (condition !== undefined) return (condition ? yes : no) ?? [];
  return node.output.map((_, index) => ({ type: common(yes?.[index]?.type, no?.[index]?.type) }));
}

/** What two values have in common of which the graph uses one or the other. */
export function common(left: ValueType = UNKNOWN_TYPE, right: ValueType = UNKNOWN_TYPE): ValueType {
  const type = left.type === right.type ? left.type : undefined;
  if (!left.dims || left.dims.length !== right.dims?.length) return { type, dims: undefined };
  return { type, dims: left.dims.map((dim, axis): Dim => (dim === right.dims?.[axis] ? dim : undefined)) };
}

/** Runs a body until the types of its state repeat; returns all its outputs. */
function settled(initial: readonly ValueType[], run: (state: readonly ValueType[]) => Known[], at: number) {
  let state = initial;
  for (let pass = 0; pass < MAX_PASSES; pass++) {
    const outputs = run(state);
    const next = state.map((type, index) => common(type, outputs[at + index]?.type));
    if (next.every((type, index) => isSame(type, state[index]))) return { state, outputs };
    state = next;
  }
  const open = initial.map(({ type }): ValueType => ({ type, dims: undefined }));
  return { state: open, outputs: run(open) };
}

function isSame(left: ValueType, right: ValueType | undefined): boolean {
  if (left.type !== right?.type || left.dims?.length !== right?.dims?.length) return false;
  return left.dims?.every((dim, axis) => dim === right?.dims?.[axis]) ?? true;
}

function known(types: readonly ValueType[]): Known[] {
  return types.map((type) => ({ type }));
}

// ONNX Loop-21: body (iteration, condition, state...) -> (condition, state..., scanned...).
function loopTypes({ node, inputs, infer }: SubgraphContext): Known[] {
  const body = graphOf(node, 'body');
  if (!body) return [];
  const initial = inputs.slice(2).map(({ type }) => type);
  const run = (state: readonly ValueType[]): Known[] => infer(body, [ITERATION, CONDITION, ...known(state)]);
  const { state, outputs } = settled(initial, run, 1);
  const trips = tripCount(node, inputs, outputs[0]);
  const scanned = outputs.slice(1 + state.length).map(({ type }) => stacked(type, trips, 0));
  return known([...state, ...scanned]);
}

/** The number of passes where it is given and the condition never ends the loop before. */
function tripCount(node: Node, [limit, start]: readonly Known[], goesOn: Known | undefined): Dim {
  const isForever = (node.input[1] ?? '') === '' || start?.value?.data[0] === 1;
  const count = Number(limit?.value?.data[0] ?? Number.NaN);
  return isForever && goesOn?.value?.data[0] === 1 && Number.isSafeInteger(count) ? Math.max(0, count) : undefined;
}

// ONNX Scan-21: body (state..., slice of each input...) -> (state..., slice of each output...).
function scanTypes({ node, inputs, infer }: SubgraphContext): Known[] {
  const body = graphOf(node, 'body');
  const scannedInputs = intAttribute(node, 'num_scan_inputs', 0);
  if (!body || scannedInputs < 1 || scannedInputs > inputs.length) return [];
  const initial = inputs.slice(0, -scannedInputs).map(({ type }) => type);
  const sequences = inputs.slice(-scannedInputs).map(({ type }) => type);
  const inputAxes = intsAttribute(node, 'scan_input_axes') ?? [];
  const outputAxes = intsAttribute(node, 'scan_output_axes') ?? [];
  const axisOf = (type: ValueType, index: number): number =>
    positiveAxis(inputAxes[index] ?? 0, type.dims?.length ?? 0);
  const slices = sequences.map((type, index): ValueType => {
    const axis = axisOf(type, index);
    return { type: type.type, dims: type.dims?.filter((_, at) => at !== axis) };
  });
  const length = sequences.map((type, index): Dim => type.dims?.[axisOf(type, index)]).find((dim) => dim !== undefined);
  const { state, outputs } = settled(initial, (types) => infer(body, known([...types, ...slices])), 0);
  const scanned = outputs.slice(state.length).map(({ type }, index) => stacked(type, length, outputAxes[index] ?? 0));
  return known([...state, ...scanned]);
}

function stacked({ type, dims }: ValueType, count: Dim, axis: number): ValueType {
  const at = positiveAxis(axis, (dims?.length ?? 0) + 1);
  return { type, dims: dims && [...dims.slice(0, at), count, ...dims.slice(at)] };
}
