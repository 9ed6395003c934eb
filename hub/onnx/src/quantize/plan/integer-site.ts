import type { Node } from '../../format/messages.ts';
import type { InferredTypes } from '../../shape/infer-types.ts';
import { activationInputs, type Carriage, carriageOf } from './carried-operators.ts';
import { type Clamp, clampOf } from './clamp.ts';
import { scaleFactor } from './scale-factor.ts';

/** Operators whose results lie between 0 and 1. */
const ENDS_AT_ONE: ReadonlySet<string> = new Set(['HardSigmoid', 'Sigmoid']);

/** A node that can work on integers, with the Relu or Clip behind it that its quantized output makes superfluous. */
export interface IntegerSite {
  readonly node: Node;
  readonly kind: 'weighted' | Carriage;
  /** Inputs that are u8, without constants. */
  readonly activations: readonly string[];
  /** What it writes, behind the absorbed node. */
  readonly outputs: readonly string[];
  readonly absorbed: Node | undefined;
  /** What it multiplies by, of the kind `scales`; 1 of the others. */
  readonly factor: number;
  readonly clamp: Clamp | undefined;
}

/** What is known about the graph around a node. */
export interface SiteScope {
  readonly types: InferredTypes;
  readonly consumers: ReadonlyMap<string, readonly Node[]>;
  readonly graphOutputs: ReadonlySet<string>;
}

/** The node as an integer one; `undefined` where ONNX Runtime could not run it on u8. */
export function integerSite(node: Node, isWeighted: boolean, scope: SiteScope): IntegerSite | undefined {
  const factor = isWeighted ? undefined : scaleFactor(node, scope.types);
  const kind = isWeighted ? 'weighted' : factor === undefined ? carriageOf(node) : 'scales';
  if (!kind) return undefined;
  const { constants } = scope.types;
  const inputs = isWeighted ? node.input.slice(0, 1) : activationInputs(node);
  const activations = [...new Set(inputs.filter((name) => !constants.has(name)))];
  if (activations.length === 0 || inputs.some((name) => !isFloat(name, scope.types))) return undefined;
  const outputs = node.output.filter((name) => name !== '');
  const [behind] = kind === 'moves' || kind === 'scales' ? [] : absorbedBy(outputs, scope);
  return {
    node,
    kind,
    activations,
    outputs: behind ? behind.node.output : outputs,
    absorbed: behind?.node,
    factor: factor ?? 1,
    clamp: behind?.clamp ?? (ENDS_AT_ONE.has(node.opType ?? '') ? { low: 0, high: 1 } : undefined),
  };
}

function isFloat(name: string, types: InferredTypes): boolean {
  const { type } = types.typeOf(name);
  return name !== '' && (type === undefined || type === 'float32');
}

function absorbedBy([output = '']: readonly string[], scope: SiteScope): { node: Node; clamp: Clamp }[] {
  const [node, ...others] = scope.consumers.get(output) ?? [];
  if (!node || others.length > 0 || scope.graphOutputs.has(output) || node.input[0] !== output) return [];
  const clamp = clampOf(node, scope.types);
  return clamp ? [{ node, clamp }] : [];
}
