import { isDecayed, type TrainingOptions } from '@edgeloop/onnx';
import { RequestError } from '../../../errors.ts';
import { tf } from '../../tensorflow/tensorflow.ts';
import type { HeldVariables } from './held-tensor.ts';
import { type LayersState, STEP_COUNTS } from './layers-state.ts';
import type { Optimizer } from './optimizers/optimizer.ts';

/** As in `@edgeloop/onnx`: added to the norm of gradients. */
const NORM_EPSILON = 1e-6;

/** A variable that is trained, with what goes along with it. */
interface TrainedVariable {
  readonly variable: tf.Variable;
  readonly kept: readonly tf.Variable[];
  readonly average: tf.Variable | undefined;
  readonly isDecayed: boolean;
  /** Of the weight, for messages. */
  readonly name: string;
}

/** Updates the weights behind a backward pass: clipping, optimizer, averages. */
export class WeightUpdate {
  readonly #trained: readonly TrainedVariable[];
  readonly #optimizer: Optimizer;
  readonly #counts: LayersState['counts'];
  readonly #clipNorm: number | undefined;
  readonly #averageDecay: number | undefined;

  constructor(
    { weights, counts }: Pick<LayersState, 'weights' | 'counts'>,
    optimizer: Optimizer,
    { optimizer: { decayed } = { kind: 'adam' }, clipNorm, averageDecay }: TrainingOptions,
  ) {
    this.#trained = weights.flatMap(({ weight, kept, average }) =>
      weight.variables.map((variable, at) => ({
        variable,
        kept: kept.map((one) => variableAt(one, at)),
        average: average && variableAt(average, at),
        isDecayed: isDecayed(weight.slot, decayed),
        name: weight.slot.name,
      })),
    );
    this.#optimizer = optimizer;
    this.#counts = counts;
    this.#clipNorm = clipNorm;
    this.#averageDecay = averageDecay;
  }

  get variables(): tf.Variable[] {
    return this.#trained.map(({ variable }) => variable);
  }

  /** @param gradients by the names of variables */
  apply(gradients: Readonly<Record<string, tf.Tensor>>, learningRate: number): void {
    const given = this.#trained.map(({ variable, name }) => gradients[variable.name] ?? missing(name));
    const clipped = this.#clipNorm === undefined ? given : clipByNorm(given, this.#clipNorm);
    const step = this.#optimizer.begin(learningRate, this.#counts);
    const share = this.#averageShare();
    for (const [at, { variable, kept, average, ...trained }] of this.#trained.entries()) {
      const gradient = clipped[at] ?? missing(trained.name);
      const after = step({ value: variable, gradient, kept, isDecayed: trained.isDecayed });
      variable.assign(after.value);
      for (const [place, value] of after.kept.entries()) kept[place]?.assign(value);
      average?.assign(tf.add(average, tf.mul(tf.sub(after.value, average), share)));
    }
  }

  /** What a step moves averages by; the first ones more, so that they leave the first weights behind. */
  #averageShare(): number {
    const count = this.#counts[STEP_COUNTS.average];
    if (this.#averageDecay === undefined || count === undefined) return 0;
    const [before = 0] = count;
    count[0] = before + 1;
    return Math.max(9 / (before + 10), 1 - this.#averageDecay);
  }
}

/** Scales gradients so that the norm of all together is at most `largest`. */
function clipByNorm(gradients: readonly tf.Tensor[], largest: number): tf.Tensor[] {
  const squares = gradients.map((gradient) => tf.sum(tf.square(gradient)));
  const norm = tf.sqrt(tf.addN(squares));
  const scale = tf.minimum(tf.div(largest, tf.add(norm, NORM_EPSILON)), 1);
  return gradients.map((gradient) => tf.mul(gradient, scale));
}

function variableAt({ variables }: HeldVariables, at: number): tf.Variable {
  return variables[at] as tf.Variable;
}

function missing(weight: string): never {
  throw new RequestError('INVALID_INPUT', `Weight ${weight} must influence the loss, got no path`);
}
