import type { Node } from '../../format/messages.ts';
import { float32, type TensorOf, tensor } from '../../tensor/tensor.ts';
import { floatConstant } from '../plan/float-constant.ts';
import { quantizeWeights } from '../weights/quantized-weights.ts';
import type { DynamicScope } from './dynamic-dense.ts';

/**
 * Adds an LSTM with s8 weights and a scale for each row of each gate. Inputs and states are quantized when they come;
 * biases, activations of the gates and the cell stay float.
 *
 * @see ONNX LSTM-14; ONNX Runtime contrib operator DynamicQuantizeLSTM, which has the weights transposed
 */
export function addDynamicLstm(scope: DynamicScope, node: Node): void {
  const [x, w = '', r = '', bias, lengths, hidden, cell] = node.input;
  const [input, recurrent] = [storedGates(scope, w), storedGates(scope, r)];
  const inputs = [x, input.values, recurrent.values, bias, lengths, hidden, cell, undefined];
  const parameters = [input.scales, input.zeroPoints, recurrent.scales, recurrent.zeroPoints];
  // Only layout has no place in the integer operator, and it is 0.
  const attributes = node.attribute.filter(({ name }) => name !== 'layout');
  scope.graph.standIn(node, 'DynamicQuantizeLSTM', [...inputs, ...parameters], attributes, 'com.microsoft');
}

/** Names of the constants of one weight tensor of an LSTM. */
interface StoredGates {
  /** int8 [direction, input, 4 * hidden] */
  readonly values: string;
  /** [direction, 4 * hidden] */
  readonly scales: string;
  /** int8 [direction, 4 * hidden], zeros */
  readonly zeroPoints: string;
}

/** @param name of weights [direction, 4 * hidden, input] */
function storedGates({ graph, types, reduceRange, previous }: DynamicScope, name: string): StoredGates {
  const weights = floatConstant(name, types);
  const [directions = 0, rows = 0, inputs = 0] = weights.dims;
  const byRow: TensorOf<'float32'> = { type: 'float32', dims: [directions * rows, inputs], data: weights.data };
  const previousScales = previous.ofWeights(name, directions * rows);
  const options = { channelAxis: 0, reduceRange, ...(previousScales ? { previousScales } : {}) };
  const { values, scales } = quantizeWeights(byRow, options);
  const turned = tensor('int8', [directions, inputs, rows], rowsLast(values, directions, rows, inputs));
  return {
    values: graph.constant(turned, `${name}_quantized`),
    scales: graph.constant(float32(scales, [directions, rows]), `${name}_scale`),
    zeroPoints: graph.constant(tensor('int8', [directions, rows], new Int8Array(scales.length)), `${name}_zero_point`),
  };
}

/** [direction, row, input] -> [direction, input, row] */
function rowsLast(values: Int8Array, directions: number, rows: number, inputs: number): Int8Array {
  const turned = new Int8Array(values.length);
  let at = 0;
  for (let direction = 0; direction < directions; direction++) {
    for (let row = 0; row < rows; row++) {
      for (let input = 0; input < inputs; input++, at++) {
        turned[(direction * inputs + input) * rows + row] = values[at] ?? 0;
      }
    }
  }
  return turned;
}
