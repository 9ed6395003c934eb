import { UsageError } from '../../errors.ts';
import type { GraphBuilder } from '../../graph/graph-builder.ts';
import type { Dim } from '../../graph/value-type.ts';
import type { InferredTypes } from '../../shape/infer-types.ts';
import type { ElementType } from '../../tensor/element-type.ts';
import { scalar } from '../../tensor/tensor.ts';
import { addBinaryCrossEntropy, type BinaryCrossEntropyOptions } from './binary-cross-entropy.ts';
import { addFocal, type FocalOptions } from './focal.ts';
import { addHuber, type HuberOptions } from './huber.ts';
import type { AddedLoss, LossContext, LossInputs, LossTarget } from './loss-rule.ts';
import { addMeanAbsoluteError, type MeanAbsoluteErrorOptions } from './mean-absolute-error.ts';
import { addMeanSquaredError, type MeanSquaredErrorOptions } from './mean-squared-error.ts';
import { addSoftmaxCrossEntropy, type SoftmaxCrossEntropyOptions } from './softmax-cross-entropy.ts';

/** A loss: what it computes, from which value, against which labels. */
export type LossOptions =
  | SoftmaxCrossEntropyOptions
  | BinaryCrossEntropyOptions
  | MeanSquaredErrorOptions
  | MeanAbsoluteErrorOptions
  | HuberOptions
  | FocalOptions;

export type LossKind = LossOptions['kind'];

/** All losses of a training graph. */
export interface AddedLosses {
  /** Scalar: the sum of the losses, each times its weight. */
  readonly total: string;
  /** In the order of the options, before weights. */
  readonly parts: readonly AddedLoss[];
  /** Gradient of the total with respect to each value that a loss reads. */
  readonly seeds: ReadonlyMap<string, string>;
}

/** Adds the nodes of several losses, of their weighted sum, and of the gradients that start the backward pass. */
export function addLosses(graph: GraphBuilder, types: InferredTypes, losses: readonly LossOptions[]): AddedLosses {
  const labels = new SharedLabels(graph, types);
  const parts = losses.map((options) => {
    const output = types.typeOf(options.output);
    return addLoss({ graph, output, inputs: labels.of(options, output.dims?.[0]) }, options);
  });
  const weighted = (value: string, at: number): string => {
    const weight = losses[at]?.weight ?? 1;
    return weight === 1 ? value : graph.node('Mul', [value, graph.constant(scalar(weight))]);
  };
  const seeds = new Map<string, string>();
  for (const [at, part] of parts.entries()) {
    const output = losses[at]?.output ?? '';
    const [before, gradient] = [seeds.get(output), weighted(part.gradient, at)];
    seeds.set(output, before === undefined ? gradient : graph.node('Add', [before, gradient]));
  }
  const values = parts.map(({ loss }, at) => weighted(loss, at));
  const [first = ''] = values;
  return { parts, seeds, total: values.length === 1 ? first : graph.node('Sum', values) };
}

type Surroundings = Omit<LossContext, 'options'>;

function addLoss(context: Surroundings, options: LossOptions): AddedLoss {
  const { weight = 1 } = options;
  if (!Number.isFinite(weight)) throw new UsageError('ARGUMENT_INVALID', `Loss weight must be finite, got ${weight}`);
  switch (options.kind) {
    case 'softmax-cross-entropy':
      return addSoftmaxCrossEntropy({ ...context, options });
    case 'binary-cross-entropy':
      return addBinaryCrossEntropy({ ...context, options });
    case 'mean-squared-error':
      return addMeanSquaredError({ ...context, options });
    case 'mean-absolute-error':
      return addMeanAbsoluteError({ ...context, options });
    case 'huber':
      return addHuber({ ...context, options });
    case 'focal':
      return addFocal({ ...context, options });
    default: {
      const { kind }: { kind: unknown } = options satisfies never;
      throw new UsageError(
        'ARGUMENT_INVALID',
        `Loss kind must be a known one, such as softmax-cross-entropy or huber, got ${String(kind)}`,
      );
    }
  }
}

/** Inputs for labels and row weights; losses that name the same labels share both. */
class SharedLabels {
  readonly #graph: GraphBuilder;
  readonly #types: InferredTypes;
  readonly #labels = new Map<string, { readonly input: string; readonly type: ElementType }>();
  readonly #rowWeights = new Map<string, string>();

  constructor(graph: GraphBuilder, types: InferredTypes) {
    this.#graph = graph;
    this.#types = types;
  }

  of({ labels: name, rowWeights }: LossTarget, rows: Dim): LossInputs {
    return {
      labels: (type, dims) => {
        if (name === undefined) return this.#graph.freshInput('labels', type, dims);
        const known = this.#known(name) ?? { input: this.#graph.freshInput(name, type, dims), type };
        this.#labels.set(name, known);
        if (known.type === type) return known.input;
        const message = `Labels ${name} must be ${type} for every loss that reads them, got ${known.type}`;
        throw new UsageError('ARGUMENT_INVALID', message, { place: { value: name } });
      },
      rowWeights: () => {
        if (!rowWeights) return undefined;
        const known = name === undefined ? undefined : this.#rowWeights.get(name);
        const prefix = name === undefined ? 'row_weights' : `${name}_row_weights`;
        const input = known ?? this.#graph.freshInput(prefix, 'float32', [rows]);
        if (name !== undefined) this.#rowWeights.set(name, input);
        return input;
      },
    };
  }

  /** An input declared before, or a value of the forward graph. */
  #known(name: string): { readonly input: string; readonly type: ElementType } | undefined {
    const { type } = this.#types.typeOf(name);
    return this.#labels.get(name) ?? (type && { input: name, type });
  }
}
