import { UsageError } from '../../errors.ts';
import type { GraphBuilder } from '../../graph/graph-builder.ts';
import type { Dim } from '../../graph/value-type.ts';
import { float32, scalar, tensor } from '../../tensor/tensor.ts';
import type { StateTensor } from '../training-graph.ts';

/** How much of each weight is taken off per step, and of which. */
export interface WeightDecayOptions {
  /** Share per step and unit of learning rate. @default 0 */
  readonly weightDecay?: number;
  /**
   * What decays: `matrices` are tensors of two or more dimensions, so no biases and no factors of normalisations; or
   * names of trained initializers. @default 'matrices'
   */
  readonly decayed?: 'matrices' | 'all' | readonly string[];
}

/** A weight before the step, and the gradient of the loss with respect to it. */
export interface OptimizerParameter {
  readonly name: string;
  readonly input: string;
  readonly dims: readonly number[];
  /** Of the values in the graph, where that is not `dims`. */
  readonly shape?: readonly Dim[];
  readonly initial: Float32Array;
  readonly gradient: string;
}

/** The step that an optimizer adds. */
export interface OptimizerStep {
  /** Value of each weight after the step, in the order of the parameters. */
  readonly weights: readonly string[];
  /** What the optimizer keeps between steps. */
  readonly state: readonly StateTensor[];
}

/** What an optimizer adds nodes with. Constants of one value are shared. */
export class OptimizerContext {
  readonly parameters: readonly OptimizerParameter[];
  /** float32 scalar. */
  readonly learningRate: string;
  readonly #graph: GraphBuilder;
  readonly #constants = new Map<number, string>();

  constructor(graph: GraphBuilder, parameters: readonly OptimizerParameter[], learningRate: string) {
    this.#graph = graph;
    this.parameters = parameters;
    this.learningRate = learningRate;
  }

  op(operator: string, ...inputs: readonly string[]): string {
    return this.#graph.node(operator, inputs, {}, { name: `step_${operator.toLowerCase()}` });
  }

  scalar(value: number): string {
    const name = this.#constants.get(value) ?? this.#graph.constant(scalar(value), 'step_constant');
    this.#constants.set(value, name);
    return name;
  }

  vector(values: readonly number[]): string {
    return this.#graph.constant(float32(values), 'step_constant');
  }

  /** One entry of a vector, as a scalar. */
  entry(vector: string, index: number): string {
    return this.op('Gather', vector, this.#graph.constant(tensor('int64', [], BigInt64Array.of(BigInt(index)))));
  }

  /** State of a parameter's shape, 0 before the first step: `output` of `next` becomes its value. */
  stateOf(parameter: OptimizerParameter, kind: string, next: (input: string) => string): StateTensor {
    const { name, dims, shape = dims, initial } = parameter;
    const input = this.#graph.freshInput(`${name}_${kind}`, 'float32', shape);
    const zeros = new Float32Array(initial.length);
    return { name: `${kind}/${name}`, kind: 'optimizer', input, output: next(input), dims, initial: zeros };
  }

  /** State of its own shape [size], 0 before the first step. */
  state(name: string, size: number, next: (input: string) => string): StateTensor {
    const input = this.#graph.freshInput(name, 'float32', [size]);
    return { name, kind: 'optimizer', input, output: next(input), dims: [size], initial: new Float32Array(size) };
  }

  /** The gradient with weight decay as a penalty on the loss: g + decay w. */
  penalized({ weightDecay = 0, decayed }: WeightDecayOptions): OptimizerParameter[] {
    this.#requireDecay(weightDecay, decayed);
    return this.parameters.map((parameter) => {
      if (weightDecay === 0 || !isDecayed(parameter, decayed)) return parameter;
      const penalty = this.op('Mul', parameter.input, this.scalar(weightDecay));
      return { ...parameter, gradient: this.op('Add', parameter.gradient, penalty) };
    });
  }

  /** Each weight after decay apart from the gradient: w (1 - rate decay). */
  decayed({ weightDecay = 0, decayed }: WeightDecayOptions): string[] {
    this.#requireDecay(weightDecay, decayed);
    let kept: string | undefined;
    return this.parameters.map((parameter) => {
      if (weightDecay === 0 || !isDecayed(parameter, decayed)) return parameter.input;
      kept ??= this.op('Sub', this.scalar(1), this.op('Mul', this.learningRate, this.scalar(weightDecay)));
      return this.op('Mul', parameter.input, kept);
    });
  }

  #requireDecay(weightDecay: number, decayed: WeightDecayOptions['decayed']): void {
    requireAtLeast0('weightDecay', weightDecay);
    if (typeof decayed !== 'object') return;
    const known = new Set(this.parameters.map(({ name }) => name));
    const unknown = decayed.find((name) => !known.has(name));
    if (unknown === undefined) return;
    const message = `decayed must name trained initializers, got ${unknown}`;
    throw new UsageError('VALUE_UNKNOWN', message, { place: { value: unknown } });
  }
}

/** Whether weight decay is for this parameter. */
export function isDecayed(
  { name, dims }: Pick<OptimizerParameter, 'name' | 'dims'>,
  decayed: WeightDecayOptions['decayed'] = 'matrices',
): boolean {
  if (decayed === 'all') return true;
  return decayed === 'matrices' ? dims.length >= 2 : decayed.includes(name);
}

/** @throws UsageError ARGUMENT_INVALID */
export function requireShare(name: string, value: number): void {
  if (value >= 0 && value < 1) return;
  throw new UsageError('ARGUMENT_INVALID', `${name} must be at least 0 and below 1, got ${value}`);
}

/** @throws UsageError ARGUMENT_INVALID */
export function requireAtLeast0(name: string, value: number): void {
  if (value >= 0 && Number.isFinite(value)) return;
  throw new UsageError('ARGUMENT_INVALID', `${name} must be at least 0, got ${value}`);
}
