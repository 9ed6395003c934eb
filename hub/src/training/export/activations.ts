import { float } from '@edgeloop/onnx';
import type { ExportContext } from './export-context.ts';

/** Where an activation is applied. */
export interface ActivatedValue {
  readonly value: string;
  /** Dimension of the value in the graph that is the last axis for the layers; Softmax works along it. */
  readonly lastDimension: number;
}

/** Activations are added to graphs and to the bodies of loops alike. */
type Nodes = Pick<ExportContext, 'node' | 'number'>;

type Activation = (at: ActivatedValue, context: Nodes) => string;

const ACTIVATIONS: Readonly<Record<string, Activation>> = {
  linear: ({ value }) => value,
  elu: ({ value }, context) => context.node('Elu', [value]),
  selu: ({ value }, context) => context.node('Selu', [value]),
  relu: ({ value }, context) => context.node('Relu', [value]),
  relu6: ({ value }, context) => context.node('Clip', [value, context.number(0), context.number(6)]),
  sigmoid: ({ value }, context) => context.node('Sigmoid', [value]),
  hardSigmoid: ({ value }, context) => context.node('HardSigmoid', [value], { alpha: float(0.2), beta: float(0.5) }),
  softplus: ({ value }, context) => context.node('Softplus', [value]),
  softsign: ({ value }, context) => context.node('Softsign', [value]),
  tanh: ({ value }, context) => context.node('Tanh', [value]),
  softmax: ({ value, lastDimension }, context) => context.node('Softmax', [value], { axis: lastDimension }),
  logSoftmax: ({ value, lastDimension }, context) => context.node('LogSoftmax', [value], { axis: lastDimension }),
  gelu: ({ value }, context) => context.node('Gelu', [value]),
  gelu_new: ({ value }, context) => context.node('Gelu', [value], { approximate: 'tanh' }),
  mish: ({ value }, context) => context.node('Mish', [value]),
  swish: ({ value }, context) => context.node('Mul', [value, context.node('Sigmoid', [value])]),
};

/**
 * Adds an activation by its name in TensorFlow.js.
 *
 * @returns undefined when there is none of this name
 */
export function addActivation(name: string, at: ActivatedValue, context: Nodes): string | undefined {
  return Object.hasOwn(ACTIVATIONS, name) ? ACTIVATIONS[name]?.(at, context) : undefined;
}
