export interface ValidationFigures {
  /** Mean of -log of the probability of the true class. */
  readonly validationLoss: number;
  readonly validationAccuracy: number;
}

/** Loss and accuracy of logits, shape [rows, classes]. */
export function validationFigures(logits: Float32Array, labels: Int32Array): ValidationFigures {
  const classes = logits.length / labels.length;
  let [loss, right] = [0, 0];
  for (const [row, label] of labels.entries()) {
    const start = row * classes;
    let best = 0;
    for (let index = 1; index < classes; index++) {
      if ((logits[start + index] ?? 0) > (logits[start + best] ?? 0)) best = index;
    }
    const largest = logits[start + best] ?? 0;
    let sum = 0;
    for (let index = 0; index < classes; index++) sum += Math.exp((logits[start + index] ?? 0) - largest);
    loss += Math.log(sum) + largest - (logits[start + label] ?? 0);
    if (best === label) right++;
  }
  return { validationLoss: loss / labels.length, validationAccuracy: right / labels.length };
}
