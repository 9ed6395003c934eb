import type { Model, Node } from '../../format/messages.ts';
import { isStandardDomain } from '../../graph/domain.ts';
import { sortNodes } from '../../graph/topology.ts';
import { type InferredTypes, inferTypes, overridableNames } from '../../shape/infer-types.ts';
import type { TensorOf } from '../../tensor/tensor.ts';
import { nodeName } from '../plan/node-name.ts';
import type { QuantizationScope } from '../plan/quantization-plan.ts';
import { type HalfRole, halfRole, SENSITIVE_OPERATORS, takesBounds } from './half-operators.ts';
import { isBelowHalf, isWithinHalf } from './half-tensor.ts';

export interface Float16Scope extends QuantizationScope {
  /** Operators of the standard that stay float32. @default SENSITIVE_OPERATORS */
  readonly keepFloat32?: readonly string[];
}

/**
 * Why a node stays float32.
 *
 * - `excluded`: the caller named it
 * - `sensitive`: its operator is on the list of those that stay float32
 * - `beyond-float16`: a constant that it reads is too large or too small
 * - `operator-unsupported`: the operator has no form in half precision here, such as If, LSTM or Resize
 * - `type-unknown`: it is not known what it reads or writes
 */
export type Float16KeptReason = 'excluded' | 'sensitive' | 'beyond-float16' | 'operator-unsupported' | 'type-unknown';

/** A node that works on floats and stays float32. Nodes that only follow others are not told of. */
export interface Float16KeptNode {
  readonly node: Node;
  readonly name: string;
  readonly operator: string;
  readonly reason: Float16KeptReason;
}

/** Which nodes compute in half precision, and why others do not. */
export interface Float16Plan {
  readonly half: readonly Node[];
  readonly kept: readonly Float16KeptNode[];
}

/** Looks at every node of a model of operator set 13 or newer; graphs inside of nodes stay float32. */
export function planFloat16(model: Model, scope: Float16Scope = {}): Float16Plan {
  return float16Plan(model, inferTypes(model), scope);
}

/** @package */
export function float16Plan(model: Model, types: InferredTypes, scope: Float16Scope): Float16Plan {
  const judge = new HalfJudge(types, overridableNames(model), scope);
  const half: Node[] = [];
  const kept: Float16KeptNode[] = [];
  for (const node of sortNodes(model.graph.node)) {
    const verdict = judge.of(node);
    if (verdict === 'half') half.push(node);
    else if (verdict) kept.push({ node, name: nodeName(node), operator: node.opType ?? '', reason: verdict });
  }
  return { half, kept };
}

/** Operators that take floats apart or compare them: nothing would be won by half precision, so they are not told of. */
const QUIET: ReadonlySet<string> = new Set([
  ...['ArgMax', 'ArgMin', 'Cast', 'CastLike', 'Constant', 'ConstantOfShape', 'Equal', 'Greater', 'GreaterOrEqual'],
  ...['IsInf', 'IsNaN', 'Less', 'LessOrEqual', 'NonZero', 'Shape', 'Size'],
]);

class HalfJudge {
  readonly #types: InferredTypes;
  readonly #overridable: ReadonlySet<string>;
  readonly #excluded: ReadonlySet<string>;
  readonly #float32: ReadonlySet<string>;
  /** Values that nodes in half precision write. */
  readonly #half = new Set<string>();

  constructor(types: InferredTypes, overridable: ReadonlySet<string>, { exclude, keepFloat32 }: Float16Scope) {
    this.#types = types;
    this.#overridable = overridable;
    this.#excluded = new Set(exclude);
    this.#float32 = new Set(keepFloat32 ?? SENSITIVE_OPERATORS);
  }

  /** 'half', why not, or nothing for a node without floats or one that nothing in half precision comes to. */
  of(node: Node): 'half' | Float16KeptReason | undefined {
    const values = [...node.input, ...node.output].filter((name) => name !== '');
    if (!values.some((name) => this.#isFloat(name)) || isQuiet(node)) return undefined;
    const role = isStandardDomain(node.domain) ? halfRole(node.opType ?? '') : undefined;
    if (role === 'follows' && !this.#isReached(node)) return undefined;
    const reason = this.#reasonAgainst(node, role, values);
    if (reason) return reason;
    for (const name of node.output) if (this.#isFloat(name)) this.#half.add(name);
    return 'half';
  }

  #reasonAgainst(node: Node, role: HalfRole | undefined, values: readonly string[]): Float16KeptReason | undefined {
    if (this.#excluded.has(nodeName(node))) return 'excluded';
    if (isStandardDomain(node.domain) && this.#float32.has(node.opType ?? '')) return 'sensitive';
    if (!role) return 'operator-unsupported';
    if (values.some((name) => this.#types.typeOf(name).type === undefined)) return 'type-unknown';
    return node.input.some((name) => this.#isBeyond(name, node, role)) ? 'beyond-float16' : undefined;
  }

  /** Whether half precision comes to a node that follows: in what it reads, or as a table that it looks up in. */
  #isReached(node: Node): boolean {
    const floats = node.input.filter((name) => this.#isFloat(name));
    const variables = floats.filter((name) => !this.#isConstant(name));
    if (variables.length > 0) return variables.some((name) => this.#half.has(name));
    return node.opType === 'Gather' && floats.length > 0;
  }

  #isBeyond(name: string, { opType }: Node, role: HalfRole): boolean {
    const constant = this.#isConstant(name) && this.#isFloat(name) ? this.#types.constants.get(name) : undefined;
    if (!constant) return false;
    const value = constant as TensorOf<'float32'>;
    if (takesBounds(opType ?? '')) return false;
    // Weights near zero add next to nothing; a factor near zero is all there is.
    return !isWithinHalf(value) || (role === 'follows' && isBelowHalf(value));
  }

  #isConstant(name: string): boolean {
    return this.#types.constants.has(name) && !this.#overridable.has(name);
  }

  #isFloat(name: string): boolean {
    return name !== '' && this.#types.typeOf(name).type === 'float32';
  }
}

function isQuiet({ opType, domain }: Node): boolean {
  return isStandardDomain(domain) && QUIET.has(opType ?? '');
}
