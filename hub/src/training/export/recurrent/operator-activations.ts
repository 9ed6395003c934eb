/** An activation as the recurrent operators name it. ONNX LSTM-14 */
export interface OperatorActivation {
  readonly name: string;
  readonly alpha?: number;
  readonly beta?: number;
}

/** Softplus is missing: within its recurrent operators, ONNX Runtime gives infinity for values above 88. */
const ACTIVATIONS: Readonly<Record<string, OperatorActivation>> = {
  elu: { name: 'Elu', alpha: 1 },
  hardSigmoid: { name: 'HardSigmoid', alpha: 0.2, beta: 0.5 },
  linear: { name: 'Affine', alpha: 1, beta: 0 },
  relu: { name: 'Relu' },
  sigmoid: { name: 'Sigmoid' },
  softsign: { name: 'Softsign' },
  tanh: { name: 'Tanh' },
};

/** Activations of TensorFlow.js as those of an operator; undefined when the operators lack one of them. */
export function operatorActivations(names: readonly string[]): OperatorActivation[] | undefined {
  const found = names.flatMap((name) => (Object.hasOwn(ACTIVATIONS, name) ? (ACTIVATIONS[name] ?? []) : []));
  return found.length === names.length ? found : undefined;
}
