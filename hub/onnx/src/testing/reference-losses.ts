/**
 * Losses in plain float64 loops, position by position: a second, independent way to the same numbers. Gradients come
 * from differences of the losses, so that no formula of a gradient is written twice.
 */

/** Outputs [row][entry] or logits [position][class]. */
type Rows = readonly (readonly number[])[];

/** A loss as a function of the output alone. */
export type LossOf = (output: Rows) => number;

/** Half-width of a central difference: its error is of order 1e-10, that of float32 1e-7. */
const STEP = 1e-5;

/** Slopes of a loss along every entry of the output. */
export function slopesOf(loss: LossOf, output: Rows): number[] {
  return output.flatMap((row, at) =>
    row.map((_, entry) => {
      const moved = (by: number) =>
        loss(
          output.map((other, i) => (i === at ? other.map((value, j) => (j === entry ? value + by : value)) : other)),
        );
      return (moved(STEP) - moved(-STEP)) / (2 * STEP);
    }),
  );
}

function logSoftmax(logits: readonly number[]): number[] {
  const largest = Math.max(...logits);
  const logSum = largest + Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - largest), 0));
  return logits.map((logit) => logit - logSum);
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

export interface ClassLossOptions {
  readonly labels: readonly number[];
  /** Weight of each position. */
  readonly weights?: readonly number[] | undefined;
}

/** Cross-entropy with class weights and label smoothing, as in the documentation of torch.nn.CrossEntropyLoss. */
export function crossEntropyOf(
  options: ClassLossOptions & { readonly classWeights?: readonly number[]; readonly labelSmoothing?: number },
): LossOf {
  const { labels, labelSmoothing = 0 } = options;
  return (output) => {
    const weightOf = (label: number) => options.classWeights?.[label] ?? 1;
    const position = (at: number) => options.weights?.[at] ?? 1;
    const losses = output.map((logits, at) => {
      const label = labels[at] ?? 0;
      const logs = logSoftmax(logits);
      const hard = -weightOf(label) * (logs[label] ?? 0);
      const soft = -total(logs.map((log, index) => weightOf(index) * log)) / logs.length;
      return position(at) * ((1 - labelSmoothing) * hard + labelSmoothing * soft);
    });
    return total(losses) / total(labels.map((label, at) => position(at) * weightOf(label)));
  };
}

/** Focal loss, equation 5 of the paper. */
export function focalOf(
  options: ClassLossOptions & { readonly gamma: number; readonly alpha: (label: number) => number },
): LossOf {
  return (output) => {
    const position = (at: number) => options.weights?.[at] ?? 1;
    const losses = output.map((logits, at) => {
      const label = options.labels[at] ?? 0;
      const log = logSoftmax(logits)[label] ?? 0;
      return -position(at) * options.alpha(label) * (1 - Math.exp(log)) ** options.gamma * log;
    });
    return total(losses) / total(output.map((_, at) => position(at)));
  };
}

/** The mean over entries of a term of the output and the label, rows weighted. */
export function entryLossOf(
  term: (value: number, label: number, entry: number) => number,
  labels: Rows,
  rowWeights?: readonly number[],
): LossOf {
  return (output) => {
    const weights = output.map((_, row) => rowWeights?.[row] ?? 1);
    const means = output.map((row, at) => {
      const terms = row.map((value, entry) => term(value, labels[at]?.[entry] ?? 0, entry));
      return ((weights[at] ?? 0) * total(terms)) / row.length;
    });
    return total(means) / total(weights);
  };
}
