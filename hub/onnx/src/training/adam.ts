import { UsageError } from '../errors.ts';
import type { GraphBuilder } from '../graph/graph-builder.ts';
import { scalar } from '../tensor/tensor.ts';
import type { StateTensor } from './training-graph.ts';

export interface AdamOptions {
  /** Decay of the mean of gradients, in [0, 1). @default 0.9 */
  readonly beta1?: number;
  /** Decay of the mean of squared gradients, in [0, 1). @default 0.999 */
  readonly beta2?: number;
  /** Added to the root of the second moment. @default 1e-8 */
  readonly epsilon?: number;
  /** Share of each weight taken off per step and unit of learning rate, apart from the gradient (AdamW). @default 0 */
  readonly weightDecay?: number;
}

export interface AdamParameter {
  readonly state: Omit<StateTensor, 'output'>;
  readonly gradient: string;
}

interface Step {
  readonly beta1: string;
  readonly beta2: string;
  readonly epsilon: string;
  /** Learning rate over the bias correction of the first moment. */
  readonly rate: string;
  /** One over the root of the bias correction of the second moment. */
  readonly inverseRoot: string;
  /** What is left of a weight after decay. */
  readonly kept: string | undefined;
}

/**
 * Adds one step of Adam for every parameter and returns the state that the step reads and writes.
 *
 * State besides weights: two moments per parameter, the number of steps, and the two bias corrections
 * 1 - beta^t. The corrections follow c' = beta c + (1 - beta), which keeps in float32 the digits that a power of beta
 * near 1 loses.
 *
 * @see Kingma and Ba, Adam, algorithm 1; Loshchilov and Hutter, Decoupled Weight Decay Regularization, algorithm 2
 */
export function addAdam(
  graph: GraphBuilder,
  parameters: readonly AdamParameter[],
  learningRate: string,
  options: AdamOptions = {},
): StateTensor[] {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0 } = options;
  checkDecay('beta1', beta1);
  checkDecay('beta2', beta2);
  const count = nextScalar(graph, 'adam_step', (step) => op(graph, 'Add', step, constant(graph, 1)));
  const first = nextScalar(graph, 'adam_correction_1', (value) => blended(graph, value, constant(graph, 1), beta1));
  const second = nextScalar(graph, 'adam_correction_2', (value) => blended(graph, value, constant(graph, 1), beta2));
  const step: Step = {
    beta1: constant(graph, 1 - beta1),
    beta2: constant(graph, 1 - beta2),
    epsilon: constant(graph, epsilon),
    rate: op(graph, 'Div', learningRate, first.output),
    inverseRoot: op(graph, 'Div', constant(graph, 1), op(graph, 'Sqrt', second.output)),
    kept: weightDecay === 0 ? undefined : keptShare(graph, learningRate, weightDecay),
  };
  const updated = parameters.map((parameter) => addUpdate(graph, parameter, step));
  return [...updated.map(([weight]) => weight), ...updated.flatMap(([, ...moments]) => moments), count, first, second];
}

function addUpdate(graph: GraphBuilder, parameter: AdamParameter, step: Step): [StateTensor, StateTensor, StateTensor] {
  const { state, gradient } = parameter;
  const mean = nextMoment(graph, state, 'adam_mean', gradient, step.beta1);
  const square = nextMoment(graph, state, 'adam_square', op(graph, 'Mul', gradient, gradient), step.beta2);
  const root = op(graph, 'Mul', op(graph, 'Sqrt', square.output), step.inverseRoot);
  const direction = op(graph, 'Div', mean.output, op(graph, 'Add', root, step.epsilon));
  const from = step.kept ? op(graph, 'Mul', state.input, step.kept) : state.input;
  const output = op(graph, 'Sub', from, op(graph, 'Mul', direction, step.rate));
  return [{ ...state, output }, mean, square];
}

function nextMoment(
  graph: GraphBuilder,
  { name, dims, initial }: Omit<StateTensor, 'output'>,
  kind: string,
  sample: string,
  share: string,
): StateTensor {
  const input = graph.freshInput(`${name}_${kind}`, 'float32', dims);
  // m + (1 - beta) (g - m): one multiplication less than the textbook's beta m + (1 - beta) g.
  const change = op(graph, 'Mul', op(graph, 'Sub', sample, input), share);
  const output = op(graph, 'Add', input, change);
  return { name: `${kind}/${name}`, input, output, dims, initial: new Float32Array(initial.length) };
}

function nextScalar(graph: GraphBuilder, name: string, next: (value: string) => string): StateTensor {
  const input = graph.freshInput(name, 'float32', []);
  return { name, input, output: next(input), dims: [], initial: new Float32Array(1) };
}

function blended(graph: GraphBuilder, value: string, towards: string, beta: number): string {
  const kept = op(graph, 'Mul', value, constant(graph, beta));
  return op(graph, 'Add', kept, op(graph, 'Mul', towards, constant(graph, 1 - beta)));
}

function keptShare(graph: GraphBuilder, learningRate: string, weightDecay: number): string {
  return op(graph, 'Sub', constant(graph, 1), op(graph, 'Mul', learningRate, constant(graph, weightDecay)));
}

function constant(graph: GraphBuilder, value: number): string {
  return graph.constant(scalar(value), 'adam_constant');
}

function op(graph: GraphBuilder, operator: string, ...inputs: readonly string[]): string {
  return graph.node(operator, inputs, {}, { name: `adam_${operator.toLowerCase()}` });
}

function checkDecay(name: string, value: number): void {
  if (value >= 0 && value < 1) return;
  throw new UsageError('ARGUMENT_INVALID', `${name} must be at least 0 and below 1, got ${value}`);
}
