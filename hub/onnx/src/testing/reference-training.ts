import type { ReferenceOptimizer } from './reference-optimizers.ts';

/**
 * Dense network and losses in plain float64 loops: a second, independent way to the same numbers.
 *
 * Weights are [input][output], whatever their layout in the model.
 */
export interface ReferenceLayer {
  readonly weights: number[][];
  readonly bias: number[];
}

export interface ReferenceLoss {
  readonly loss: number;
  /** With respect to the network's output, [row][output]. */
  readonly gradient: number[][];
}

interface Pass {
  /** Input of each layer, [layer][row][feature]. */
  readonly inputs: number[][][];
  readonly output: number[][];
}

export type ReferenceActivation = 'Relu' | 'Tanh';

export function forwardPass(
  layers: readonly ReferenceLayer[],
  rows: number[][],
  activation: ReferenceActivation,
): Pass {
  const inputs: number[][][] = [];
  let value = rows;
  for (const [index, { weights, bias }] of layers.entries()) {
    inputs.push(value);
    const product = value.map((row) =>
      bias.map((offset, out) => row.reduce((sum, entry, at) => sum + entry * (weights[at]?.[out] ?? 0), offset)),
    );
    value = index === layers.length - 1 ? product : product.map((row) => row.map(ACTIVATIONS[activation].value));
  }
  return { inputs, output: value };
}

const ACTIVATIONS = {
  Relu: { value: (x: number) => Math.max(x, 0), slope: (y: number) => (y > 0 ? 1 : 0) },
  Tanh: { value: Math.tanh, slope: (y: number) => 1 - y * y },
} as const;

/** Gradients by layer, of the same shapes as the layers. */
export function backwardPass(
  layers: readonly ReferenceLayer[],
  { inputs }: Pass,
  outputGradient: number[][],
  activation: ReferenceActivation,
): ReferenceLayer[] {
  const gradients: ReferenceLayer[] = [];
  let gradient = outputGradient;
  for (const [index, { weights }] of [...layers.entries()].reverse()) {
    const input = inputs[index] ?? [];
    const into = gradient;
    gradients.unshift({
      weights: weights.map((row, at) =>
        row.map((_, out) => sumOver(input, (r, i) => (r[at] ?? 0) * (into[i]?.[out] ?? 0))),
      ),
      bias: (weights[0] ?? []).map((_, out) => sumOver(into, (row) => row[out] ?? 0)),
    });
    gradient = input.map((row, i) =>
      row.map((entry, at) => {
        const back = (weights[at] ?? []).reduce((sum, weight, out) => sum + weight * (into[i]?.[out] ?? 0), 0);
        return back * ACTIVATIONS[activation].slope(entry);
      }),
    );
  }
  return gradients;
}

function sumOver<Row>(rows: readonly Row[], value: (row: Row, index: number) => number): number {
  return rows.reduce((sum, row, index) => sum + value(row, index), 0);
}

/** Weighted mean of -log softmax(logits)[label]. */
export function crossEntropy(logits: number[][], labels: readonly number[], weights: readonly number[]): ReferenceLoss {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let loss = 0;
  const gradient = logits.map((row, i) => {
    const largest = Math.max(...row);
    const powers = row.map((logit) => Math.exp(logit - largest));
    const sum = powers.reduce((all, power) => all + power, 0);
    const share = (weights[i] ?? 0) / total;
    const label = labels[i] ?? 0;
    loss -= share * Math.log((powers[label] ?? 0) / sum);
    return powers.map((power, at) => share * (power / sum - (at === label ? 1 : 0)));
  });
  return { loss, gradient };
}

/** Mean over entries of (output - target)^2, rows weighted. */
export function squaredError(output: number[][], targets: number[][], weights: readonly number[]): ReferenceLoss {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let loss = 0;
  const gradient = output.map((row, i) =>
    row.map((value, at) => {
      const share = (weights[i] ?? 0) / total / row.length;
      const error = value - (targets[i]?.[at] ?? 0);
      loss += share * error * error;
      return 2 * share * error;
    }),
  );
  return { loss, gradient };
}

/** The layers after one step; weight decay is of all. */
export function steppedLayers(
  optimizer: ReferenceOptimizer,
  layers: readonly ReferenceLayer[],
  gradients: readonly ReferenceLayer[],
  rate: number,
): ReferenceLayer[] {
  return layers.map((layer, index) => ({
    weights: layer.weights.map((row, at) =>
      row.map((weight, out) => {
        const gradient = gradients[index]?.weights[at]?.[out] ?? 0;
        return optimizer.updated(`w${index}/${at}/${out}`, weight, gradient, rate, true);
      }),
    ),
    bias: layer.bias.map((value, out) =>
      optimizer.updated(`b${index}/${out}`, value, gradients[index]?.bias[out] ?? 0, rate, true),
    ),
  }));
}
