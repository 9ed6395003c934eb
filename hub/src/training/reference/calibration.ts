/** How often a model was right at each confidence; pairs of equal length, confidences strictly ascending. */
export interface Calibration {
  readonly confidence: readonly number[];
  readonly accuracy: readonly number[];
}

// Finer towards 1, where most predictions of a good model lie.
const EDGES = [0, 0.2, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999, 1] as const;

/**
 * In every range the model's own word counts like this many predictions. A good model is hardly ever unsure on
 * held-out rows; without this, its confidence would mean nothing just when readings become strange.
 */
const OWN_WORD_ROWS = 10;

interface Block {
  readonly weight: number;
  readonly confidence: number;
  readonly accuracy: number;
}

/**
 * Monotone map from confidence to the share of predictions that were right, from held-out predictions.
 *
 * Predictions are gathered by ranges of confidence; neighbours out of order are pooled.
 *
 * @see Zadrozny and Elkan, Transforming classifier scores into accurate multiclass probability estimates, isotonic case
 */
export function calibrate(confidences: Float32Array, isRight: readonly boolean[]): Calibration {
  const pooled: Block[] = [];
  for (const range of gatherRanges(confidences, isRight)) {
    let block = range;
    for (let before = pooled.at(-1); before && before.accuracy > block.accuracy; before = pooled.at(-1)) {
      pooled.pop();
      block = merged(before, block);
    }
    pooled.push(block);
  }
  return { confidence: pooled.map((block) => block.confidence), accuracy: pooled.map((block) => block.accuracy) };
}

function gatherRanges(confidences: Float32Array, isRight: readonly boolean[]): Block[] {
  const ranges = EDGES.slice(1).map((end, index) => ({
    center: ((EDGES[index] ?? 0) + end) / 2,
    rows: 0,
    sum: 0,
    right: 0,
  }));
  for (const [row, confidence] of confidences.entries()) {
    const range = ranges[EDGES.findLastIndex((edge, index) => index < ranges.length && confidence >= edge)];
    if (range === undefined) continue;
    range.rows++;
    range.sum += confidence;
    if (isRight[row]) range.right++;
  }
  return ranges.map(({ center, rows, sum, right }) => {
    const weight = rows + OWN_WORD_ROWS;
    const own = OWN_WORD_ROWS * center;
    return { weight, confidence: (sum + own) / weight, accuracy: (right + own) / weight };
  });
}

function merged(first: Block, second: Block): Block {
  const weight = first.weight + second.weight;
  const mean = (a: number, b: number): number => (a * first.weight + b * second.weight) / weight;
  return {
    weight,
    confidence: mean(first.confidence, second.confidence),
    accuracy: mean(first.accuracy, second.accuracy),
  };
}
