import { onnx } from '#onnx';
import { type Attribute, type Graph, type Node, withFields } from '../format/messages.ts';
import { dataTypeName } from '../tensor/element-type.ts';
import { operatorOf } from './node-counts.ts';
import { type TensorDifference, tensorDifference } from './tensor-difference.ts';

/** A node by its name, or that of its first output, behind the nodes and attributes that it is inside of. */
export interface NodeSummary {
  readonly node: string;
  readonly operator: string;
}

/** One thing about a node that is not what it was; '' stands for nothing. */
export interface NodePartChange {
  /** `operator`, `inputs`, `outputs`, or the name of an attribute. */
  readonly part: string;
  readonly before: string;
  readonly after: string;
  /** For an attribute that holds a tensor of the same type and shape. */
  readonly difference?: TensorDifference;
}

export interface NodeChange extends NodeSummary {
  readonly changes: readonly NodePartChange[];
}

/** Two nodes that are taken for one. */
export type NodePair = readonly [before: Node, after: Node];

export interface MatchedNodes {
  readonly pairs: readonly NodePair[];
  readonly added: readonly Node[];
  readonly removed: readonly Node[];
}

/** The name by which a node is reported. */
export function nodeLabel(node: Node): string {
  return node.name || node.output.find((value) => value !== '') || '(unnamed)';
}

/** Finds the nodes that are the same by their names, else by their outputs, else by their operators and inputs. */
export function matchNodes(before: Graph, after: Graph): MatchedNodes {
  const pairs: NodePair[] = [];
  let [left, right]: [readonly Node[], readonly Node[]] = [before.node, after.node];
  for (const key of [
    (node: Node) => node.name ?? '',
    (node: Node) => node.output[0] ?? '',
    (node: Node) => `${operatorOf(node)} ${node.input.join()}`,
  ]) {
    const found = uniqueByKey(right, key);
    const own = uniqueByKey(left, key);
    const matched = [...own].flatMap(([name, node]): NodePair[] => {
      const other = found.get(name);
      return other ? [[node, other]] : [];
    });
    pairs.push(...matched);
    const done = new Set(matched.flat());
    left = left.filter((node) => !done.has(node));
    right = right.filter((node) => !done.has(node));
  }
  return { pairs, added: right, removed: left };
}

/** Nodes whose key no other node has. */
function uniqueByKey(nodes: readonly Node[], key: (node: Node) => string): Map<string, Node> {
  const found = new Map<string, Node>();
  const several = new Set<string>();
  for (const node of nodes) {
    const name = key(node);
    if (name === '' || several.has(name)) continue;
    if (found.has(name)) several.add(name);
    found.set(name, node);
  }
  for (const name of several) found.delete(name);
  return found;
}

/** What differs between two nodes; graphs inside of them are compared elsewhere. */
export function nodeChanges(before: Node, after: Node): NodePartChange[] {
  const parts = [
    ['operator', operatorOf(before), operatorOf(after)],
    ['inputs', before.input.join(', '), after.input.join(', ')],
    ['outputs', before.output.join(', '), after.output.join(', ')],
  ] as const;
  const changed = parts
    .filter(([, left, right]) => left !== right)
    .map(([part, left, right]) => ({ part, before: left, after: right }));
  const names = new Set([...before.attribute, ...after.attribute].map(({ name }) => name ?? ''));
  return [
    ...changed,
    ...[...names].sort().flatMap((name) => attributeChange(name, find(before, name), find(after, name))),
  ];
}

function find(node: Node, name: string): Attribute | undefined {
  return node.attribute.find((attribute) => attribute.name === name);
}

function attributeChange(part: string, before: Attribute | undefined, after: Attribute | undefined): NodePartChange[] {
  if (before?.g && after?.g) return [];
  if (before && after && bytesOf(before) === bytesOf(after)) return [];
  const change = { part, before: before ? attributeText(before) : '', after: after ? attributeText(after) : '' };
  if (!before?.t || !after?.t || change.before !== change.after) return [change];
  const difference = tensorDifference(before.t, after.t);
  return difference ? [{ ...change, difference }] : [];
}

function bytesOf(attribute: Attribute): string {
  const plain = withFields(attribute, { docString: undefined });
  return onnx.AttributeProto.encode(plain as never)
    .finish()
    .join();
}

const UTF8 = new TextDecoder();
/** Longer lists are cut. */
const MAX_SHOWN = 12;

function attributeText(attribute: Attribute): string {
  const { t, g, tensors, graphs } = attribute;
  if (attribute.refAttrName) return `the function's ${attribute.refAttrName}`;
  if (t) return `${dataTypeName(t.dataType ?? 0)} [${t.dims.map(String).join(', ')}]`;
  if (g) return `a graph of ${g.node.length} nodes`;
  if (attribute.i != null) return attribute.i.toString();
  if (attribute.f != null) return String(attribute.f);
  if (attribute.s != null) return JSON.stringify(UTF8.decode(attribute.s));
  if (tensors.length + graphs.length > 0) return `${tensors.length + graphs.length} tensors or graphs`;
  const strings = attribute.strings.map((bytes) => JSON.stringify(UTF8.decode(bytes)));
  return listText([...attribute.ints.map(String), ...attribute.floats.map(String), ...strings]);
}

function listText(entries: readonly string[]): string {
  const shown = entries.slice(0, MAX_SHOWN).join(', ');
  return entries.length > MAX_SHOWN ? `[${shown}, ... ${entries.length} in all]` : `[${shown}]`;
}
