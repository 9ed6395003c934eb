import { intAttribute, intsAttribute } from '../../../format/attributes.ts';
import type { Graph, ValueInfo } from '../../../format/messages.ts';
import { valuesRead } from '../../../graph/topology.ts';
import type { InferredTypes } from '../../../shape/infer-types.ts';
import { isFloatType } from '../../../tensor/element-type.ts';
import type { RuleContext } from '../../rule-context.ts';

/** A state that goes from step to step. */
export interface LoopState {
  /** Place among the inputs and the outputs of the node. */
  readonly index: number;
  readonly input: ValueInfo;
  /** Its next value in the body. */
  readonly next: string;
}

/** A sequence that a step reads or writes one entry of. */
export interface LoopSequence {
  /** Place among the inputs, or among the outputs, of the node. */
  readonly index: number;
  readonly entry: ValueInfo;
  /** Whether the last entry comes first. */
  readonly isReversed: boolean;
}

/** A Scan node taken apart. ONNX Scan-9 */
export interface ScanLoop {
  readonly body: Graph;
  /** What is known inside of the body. */
  readonly types: InferredTypes;
  readonly states: readonly LoopState[];
  readonly read: readonly LoopSequence[];
  readonly written: readonly LoopSequence[];
  /** Float values around the loop that its body reads and that have a gradient. */
  readonly captured: readonly string[];
}

/** @throws ModelError OPERATOR_NOT_DIFFERENTIABLE for sequences whose steps do not lie along the first axis */
export function scanLoop(context: RuleContext): ScanLoop {
  const { node } = context;
  const body = node.attribute.find(({ name }) => name === 'body')?.g;
  const types = body && context.within(body);
  if (!body || !types) throw context.refusal('a body of known types');
  for (const axes of ['scan_input_axes', 'scan_output_axes']) {
    if (intsAttribute(node, axes)?.some((axis) => axis !== 0)) throw context.refusal(`only zeros in ${axes}`);
  }
  const count = node.input.length - intAttribute(node, 'num_scan_inputs', 0);
  const sequences = (infos: readonly ValueInfo[], directions: string): LoopSequence[] => {
    const reversed = intsAttribute(node, directions) ?? [];
    return infos.slice(count).map((entry, at) => ({ index: count + at, entry, isReversed: reversed[at] === 1 }));
  };
  return {
    body,
    types,
    states: body.input.slice(0, count).map((input, index) => ({ index, input, next: body.output[index]?.name ?? '' })),
    read: sequences(body.input, 'scan_input_directions'),
    written: sequences(body.output, 'scan_output_directions'),
    captured: [...new Set(valuesRead(node))].filter((value) => isCaptured(value, body, types, context)),
  };
}

function isCaptured(value: string, body: Graph, types: InferredTypes, context: RuleContext): boolean {
  const { type } = types.typeOf(value);
  const isFloat = type !== undefined && isFloatType(type);
  return isFloat && context.isActive(value) && body.node.some((node) => valuesRead(node).includes(value));
}
