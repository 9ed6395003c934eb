import { type AttributeValue, float } from '@edgeloop/onnx';
import type { ExportContext } from '../../export-context.ts';
import { fromGateRows, type GateRows, toGateRows } from '../gate-rows.ts';
import { type OperatorActivation, operatorActivations } from '../operator-activations.ts';
import type { CellCall } from './recurrent-cell.ts';

/** A cell that an operator of ONNX runs. */
export interface FusedCell {
  readonly operator: 'LSTM' | 'GRU' | 'RNN';
  readonly attributes: Readonly<Record<string, AttributeValue>>;
  /** The input of all steps as the operator reads it, [time, batch, features]. */
  input(value: string): string;
  /** Adds W [1, gates * units, features], R [1, gates * units, units] and B [1, 2 * gates * units]. */
  weights(): (string | undefined)[];
}

export interface FusedForm extends Pick<FusedCell, 'operator' | 'input'> {
  readonly units: number;
  /** For each gate of the operator, the gate of the cell that it is. */
  readonly order: readonly number[];
  /** Names in TensorFlow.js, in the order of the operator. */
  readonly activations: readonly string[];
  /** Lists of activations whose gradients are known. */
  readonly trainable: readonly string[];
}

/** The operator for a cell; undefined where its activations, or in training their gradients, are not known. */
export function fusedCell(call: CellCall, form: FusedForm): FusedCell | undefined {
  const activations = operatorActivations(form.activations);
  if (activations === undefined) return undefined;
  if (call.context.purpose === 'training' && !form.trainable.includes(form.activations.join())) return undefined;
  return {
    operator: form.operator,
    attributes: attributesOf(form, activations),
    input: form.input,
    weights: () => weightsOf(call, form),
  };
}

function attributesOf({ units }: FusedForm, activations: readonly OperatorActivation[]): FusedCell['attributes'] {
  const alpha = activations.flatMap((activation) => activation.alpha ?? []);
  const beta = activations.flatMap((activation) => activation.beta ?? []);
  return {
    hidden_size: units,
    activations: activations.map(({ name }) => name),
    ...(alpha.length > 0 ? { activation_alpha: float(alpha) } : {}),
    ...(beta.length > 0 ? { activation_beta: float(beta) } : {}),
  };
}

function weightsOf(call: CellCall, { units, order }: FusedForm): (string | undefined)[] {
  const inputs = call.context.variable(call.cell, 'kernel').shape[0] ?? 0;
  return [
    rowsOf(call, 'kernel', { inputs, units, order }),
    rowsOf(call, 'recurrent_kernel', { inputs: units, units, order }),
    call.context.hasWeight(call.cell, 'bias') ? biasOf(call, { inputs: 1, units, order }) : undefined,
  ];
}

/** The operator adds a second bias that TensorFlow.js has not; it stays out of the weights, or both would learn. */
function biasOf(call: CellCall, rows: GateRows): string {
  const { context } = call;
  const size = rows.units * rows.order.length;
  const bias = context.node('Reshape', [rowsOf(call, 'bias', rows), context.integers([1, size])]);
  return context.node('Concat', [bias, zeroRow(context, size)], { axis: 1 });
}

function zeroRow(context: ExportContext, size: number): string {
  return context.node('ConstantOfShape', [context.integers([1, size])]);
}

function rowsOf({ cell, context }: CellCall, name: string, rows: GateRows): string {
  const variable = context.variable(cell, name);
  const size = rows.units * rows.order.length;
  return context.linkedWeight({
    name: variable.originalName,
    variables: [variable],
    dims: [1, size, rows.inputs],
    toOnnx: ([values = new Float32Array()]) => toGateRows(values, rows),
    fromOnnx: (values) => [fromGateRows(values, rows)],
  });
}
