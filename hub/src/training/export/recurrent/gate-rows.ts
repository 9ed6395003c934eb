/** How the columns of a kernel in TensorFlow.js become the rows of a recurrent operator in ONNX. */
export interface GateRows {
  /** Rows of the kernel; 1 for a bias. */
  readonly inputs: number;
  readonly units: number;
  /** For each gate of the operator, the gate of the kernel that it is. */
  readonly order: readonly number[];
}

/** From a kernel [inputs, gates * units] to [gates * units, inputs], gates in the order of the operator. */
export function toGateRows(values: Float32Array, rows: GateRows): Float32Array {
  const result = new Float32Array(values.length);
  eachWeight(rows, (inKernel, inRows) => {
    result[inRows] = values[inKernel] ?? 0;
  });
  return result;
}

/** The way back. */
export function fromGateRows(values: Float32Array, rows: GateRows): Float32Array {
  const result = new Float32Array(values.length);
  eachWeight(rows, (inKernel, inRows) => {
    result[inKernel] = values[inRows] ?? 0;
  });
  return result;
}

function eachWeight({ inputs, units, order }: GateRows, visit: (inKernel: number, inRows: number) => void): void {
  for (const [gate, kernelGate] of order.entries()) {
    for (let unit = 0; unit < units; unit++) {
      const row = gate * units + unit;
      const column = kernelGate * units + unit;
      for (let input = 0; input < inputs; input++) {
        visit(input * order.length * units + column, row * inputs + input);
      }
    }
  }
}
