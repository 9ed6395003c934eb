import { onnx } from '#onnx';
import type { Attribute, Node } from '../format/messages.ts';
import { describeNode } from '../graph/topology.ts';
import { fault, type ModelFault, placeOf } from './model-fault.ts';
import {
  type FormalValue,
  firstOpsetOf,
  isDescribedOpset,
  type OperatorAbsence,
  type OperatorSchema,
  operatorSchema,
} from './operator-schema.ts';

const { AttributeType } = onnx.AttributeProto;

/** Letters of the generated table by kind of attribute. */
const KINDS: Readonly<Record<number, string>> = {
  [AttributeType.FLOAT]: 'f',
  [AttributeType.INT]: 'i',
  [AttributeType.STRING]: 's',
  [AttributeType.TENSOR]: 't',
  [AttributeType.GRAPH]: 'g',
  [AttributeType.FLOATS]: 'F',
  [AttributeType.INTS]: 'I',
  [AttributeType.STRINGS]: 'S',
  [AttributeType.TENSORS]: 'T',
  [AttributeType.GRAPHS]: 'G',
  [AttributeType.SPARSE_TENSOR]: 'p',
  [AttributeType.SPARSE_TENSORS]: 'P',
  [AttributeType.TYPE_PROTO]: 'y',
  [AttributeType.TYPE_PROTOS]: 'Y',
};

/** Faults of a node of the standard domain that the standard's own description of its operator shows. */
export function operatorFaults(node: Node, opset: number): ModelFault[] {
  if (!node.opType || !isDescribedOpset(opset)) return [];
  const schema = operatorSchema(node.opType, opset);
  if (typeof schema === 'string') return [absence(node, opset, schema)];
  return [...inputFaults(node, schema), ...outputFaults(node, schema), ...attributeFaults(node, schema)];
}

function absence(node: Node, opset: number, why: OperatorAbsence): ModelFault {
  const first = firstOpsetOf(node.opType ?? '');
  const known = {
    unknown: 'got none of that name',
    newer: `got one that is there since ${first}`,
    removed: 'got one that was taken out before',
  };
  const message = `Node ${describeNode(node)} must use an operator of operator set ${opset}, ${known[why]}`;
  return fault('OPERATOR_UNKNOWN', message, placeOf(node));
}

function inputFaults(node: Node, schema: OperatorSchema): ModelFault[] {
  const [least, most] = schema.inputCount;
  const { length } = node.input;
  if (length < least || length > most) {
    const message = `Node ${describeNode(node)} must have ${countText(least, most)} inputs, got ${length}`;
    return [fault('INPUT_COUNT', message, placeOf(node))];
  }
  return node.input.flatMap((value, index) => {
    if (value !== '' || formalAt(schema.inputs, index)?.isOptional !== false) return [];
    const message = `Node ${describeNode(node)} must have input ${index}, got it left out`;
    return [fault('INPUT_COUNT', message, placeOf(node))];
  });
}

function outputFaults(node: Node, schema: OperatorSchema): ModelFault[] {
  const [least, most] = schema.outputCount;
  const { length } = node.output;
  if (length >= least && length <= most) return [];
  const message = `Node ${describeNode(node)} must have ${countText(least, most)} outputs, got ${length}`;
  return [fault('OUTPUT_COUNT', message, placeOf(node))];
}

function countText(least: number, most: number): string {
  if (most >= 999) return `at least ${least}`;
  return least === most ? String(least) : `${least} to ${most}`;
}

/** The description of input or output `index`; the last one may stand for many. */
export function formalAt(formals: readonly FormalValue[], index: number): FormalValue | undefined {
  return formals[Math.min(index, formals.length - 1)];
}

function attributeFaults(node: Node, { attributes }: OperatorSchema): ModelFault[] {
  const given = new Set(node.attribute.map(({ name }) => name ?? ''));
  const missing = [...attributes].filter(([name, { isRequired }]) => isRequired && !given.has(name));
  return [
    ...missing.map(([name]) =>
      fault('ATTRIBUTE_MISSING', `Node ${describeNode(node)} must have the attribute ${name}, got none`, placeOf(node)),
    ),
    ...node.attribute.flatMap((attribute) =>
      attributeFault(node, attribute, attributes.get(attribute.name ?? '')?.kind),
    ),
  ];
}

function attributeFault(node: Node, attribute: Attribute, expected: string | undefined): ModelFault[] {
  const name = attribute.name ?? '';
  if (expected === undefined) {
    const message = `Node ${describeNode(node)} must have attributes of its operator, got ${name}`;
    return [fault('ATTRIBUTE_UNKNOWN', message, placeOf(node))];
  }
  const got = KINDS[attribute.type ?? 0];
  // Files of the first IR versions leave the kind out.
  if (got === undefined || got === expected) return [];
  const message = `Attribute ${name} of node ${describeNode(node)} must be of kind ${kindName(expected)}, got ${kindName(got)}`;
  return [fault('ATTRIBUTE_KIND', message, placeOf(node))];
}

function kindName(letter: string): string {
  const number = Object.keys(KINDS).find((key) => KINDS[Number(key)] === letter);
  return AttributeType[Number(number)] ?? letter;
}
