import { floatTensor } from '../../../tensor/float-tensor.ts';
import type { GradientRule, RuleContext } from '../../rule-context.ts';
import { keepStates } from './kept-states.ts';
import { type ScanLoop, scanLoop } from './scan-loop.ts';
import { type StepBack, stepBack } from './step-back.ts';

/**
 * Backpropagation through a loop: a loop over its steps from the last one to the first one.
 *
 * A step runs the body again from the states that the forward pass has kept, and then back. Gradients of what the body
 * reads from around it add up from step to step. ONNX Scan-9
 */
export const scanGradient: GradientRule = (context) => {
  const loop = scanLoop(context);
  let known: PassBack | undefined;
  const pass = (): PassBack => {
    known ??= passBack(context, loop);
    return known;
  };
  for (const value of loop.captured) context.capture(value, () => pass().ofCaptured.get(value));
  return context.node.input.map((_, index) => () => pass().ofInputs.get(index) ?? zerosLikeInput(context, index));
};

/** Gradients by place and by name; one that nothing depends on is missing. */
interface PassBack {
  readonly ofInputs: ReadonlyMap<number, string>;
  readonly ofCaptured: ReadonlyMap<string, string>;
}

function passBack(context: RuleContext, loop: ScanLoop): PassBack {
  const step = stepBack(context, loop);
  const { states, sums, entries } = step;
  const sequences = readBack(context, loop, step);
  const inputs = [
    ...states.map(({ index }) => context.gradientOf(index) ?? zerosLikeInput(context, index)),
    ...sums.map((value) => zerosLike(context, value)),
    ...sequences.map(({ value }) => value),
  ];
  const outputs = context.opMany(
    'Scan',
    inputs,
    {
      body: step.body,
      num_scan_inputs: sequences.length,
      scan_input_directions: sequences.map(({ isReversed }) => Number(isReversed)),
      scan_output_directions: entries.length > 0 ? entries.map(({ isReversed }) => Number(!isReversed)) : undefined,
    },
    states.length + sums.length + entries.length,
  );
  const places = [...states, ...sums, ...entries].map((part, at) => [part, outputs[at] ?? ''] as const);
  return {
    ofInputs: new Map(places.flatMap(([part, value]) => (typeof part === 'string' ? [] : [[part.index, value]]))),
    ofCaptured: new Map(places.flatMap(([part, value]) => (typeof part === 'string' ? [[part, value]] : []))),
  };
}

/** What a step back reads one entry of, in the order of its body's inputs; the last step of the loop comes first. */
function readBack(
  context: RuleContext,
  loop: ScanLoop,
  { outside }: StepBack,
): { readonly value: string; readonly isReversed: boolean }[] {
  const kept = keepStates(context, loop);
  return [
    ...kept.map((value) => ({ value, isReversed: true })),
    ...loop.read.map(({ index, isReversed }) => ({ value: context.input(index), isReversed: !isReversed })),
    ...outside.map(({ index, isReversed }) => ({ value: context.gradient(index), isReversed: !isReversed })),
  ];
}

/** The first state has the shape of the last one, whose gradient may be missing. */
function zerosLikeInput(context: RuleContext, index: number): string {
  return zerosLike(context, context.input(index));
}

function zerosLike(context: RuleContext, value: string): string {
  const type = context.typeOf(value).type ?? context.floatType;
  return context.op('ConstantOfShape', [context.op('Shape', [value])], { value: floatTensor(type, [0], [1]) });
}
