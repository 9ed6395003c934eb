import type { Dim } from '../../../graph/value-type.ts';
import { type EinsumTerms, einsumTerms, isHidden, labelSizes } from '../../../shape/einsum-terms.ts';
import { int64 } from '../../../tensor/tensor.ts';
import type { GradientRule, RuleContext } from '../../rule-context.ts';
import { unbroadcastFrom } from '../../unbroadcast.ts';

const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';

/**
 * The gradient of an input is an Einsum of dy and the other inputs, repeated along labels that only that input has.
 * A label that an input has twice (a diagonal) is refused. ONNX Einsum-12
 */
export const einsumGradient: GradientRule = (context) => {
  const dims = context.node.input.map((_, index) => context.inputType(index).dims);
  const terms = einsumTerms(context.node, dims);
  if (!terms) throw context.refusal('an equation that fits its inputs, which are of known rank');
  const sizes = labelSizes(terms, dims);
  return context.node.input.map((_, index) => () => inputGradient(context, terms, sizes, index));
};

function inputGradient(
  context: RuleContext,
  terms: EinsumTerms,
  sizes: ReadonlyMap<string, Dim>,
  index: number,
): string {
  const own = terms.inputs[index] ?? [];
  const repeated = own.find((label, axis) => own.indexOf(label) !== axis);
  if (repeated) throw context.refusal(`each label once per input, got ${repeated} twice in input ${index}`);
  const shared = sharedLabels(context, terms, index);
  const kept = own.filter((label) => shared.has(label));
  const product =
    terms.inputs.length === 1 ? permuted(context, terms.output, kept) : einsum(context, terms, index, kept);
  const missing = own.flatMap((label, axis) => (shared.has(label) ? [] : [axis]));
  const whole = missing.length === 0 ? product : repeatedAlong(context, product, missing, index);
  const from = gradientDims(own, context.inputType(index).dims, sizes);
  return from ? unbroadcastFrom(context, whole, from, index) : whole;
}

/** Labels along which the output or another input differs; an axis of size 1 that is repeated does not. */
function sharedLabels(context: RuleContext, terms: EinsumTerms, index: number): Set<string> {
  const isSingle = (at: number, label: string): boolean => {
    const axis = terms.inputs[at]?.indexOf(label) ?? -1;
    return context.inputType(at).dims?.[axis] === 1;
  };
  const others = terms.inputs.flatMap((labels, at) =>
    at === index ? [] : labels.filter((label) => !isSingle(at, label) || isSingle(index, label)),
  );
  return new Set([...terms.output, ...others]);
}

function permuted(context: RuleContext, from: readonly string[], to: readonly string[]): string {
  const perm = to.map((label) => from.indexOf(label));
  const isSame = perm.every((axis, at) => axis === at);
  return isSame ? context.gradient() : context.op('Transpose', [context.gradient()], { perm });
}

function einsum(context: RuleContext, terms: EinsumTerms, index: number, kept: readonly string[]): string {
  const labels = [...new Set(terms.inputs.flat())];
  if (labels.length > LETTERS.length) throw context.refusal(`at most ${LETTERS.length} labels, got ${labels.length}`);
  const spelled = (term: readonly string[]): string => term.map((label) => LETTERS[labels.indexOf(label)]).join('');
  const others = terms.inputs.filter((_, at) => at !== index).map(spelled);
  const values = context.node.input.filter((_, at) => at !== index);
  const equation = `${[spelled(terms.output), ...others].join()}->${spelled(kept)}`;
  return context.op('Einsum', [context.gradient(), ...values], { equation });
}

function repeatedAlong(context: RuleContext, value: string, axes: readonly number[], index: number): string {
  const widened = context.op('Unsqueeze', [value, context.constant(int64(axes))]);
  return context.op('Expand', [widened, context.op('Shape', [context.input(index)])]);
}

/**
 * Shape of the gradient before it is summed to the shape of its input. `undefined` where it is that already: axes under
 * a letter are taken for equal unless one is known to be 1, those of an ellipsis may all have been repeated.
 */
function gradientDims(
  own: readonly string[],
  dims: readonly Dim[] | undefined,
  sizes: ReadonlyMap<string, Dim>,
): Dim[] | undefined {
  const from = own.map((label) => sizes.get(label));
  const isRepeated = (label: string, axis: number): boolean => {
    const [dim, size] = [dims?.[axis], from[axis]];
    if (typeof dim === 'number') return dim === 1 && size !== 1;
    return isHidden(label) && (dim === undefined || dim !== size);
  };
  return own.some(isRepeated) ? from : undefined;
}
