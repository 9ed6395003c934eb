import { describe, expect, test } from 'vitest';
import { float32, int64, type TensorOf } from '../../tensor/tensor.ts';
import { type ProbedLoss, type ProbedOptions, probeLosses } from '../../testing/loss-probe.ts';
import { randomFloat32, seededRandom } from '../../testing/random-tensors.ts';
import { crossEntropyOf, entryLossOf, focalOf, type LossOf, slopesOf } from '../../testing/reference-losses.ts';

/** float32 against float64, relative where above 1; measured: some 1e-7. */
const TOLERANCE = 2e-6;
const ROWS = 5;
const CLASSES = 4;
const LABELS = [3, 0, 1, 1, 2];
const ROW_WEIGHTS = [1, 0, 0.5, 2, 1];
const CLASS_WEIGHTS = [0.5, 2, 1, 3];

function rowsOf({ data, dims }: TensorOf<'float32'>): number[][] {
  const width = dims.at(-1)!;
  return Array.from({ length: data.length / width }, (_, row) => [...data.subarray(row * width, (row + 1) * width)]);
}

function difference(left: ArrayLike<number>, right: ArrayLike<number>): number {
  const differences = Array.from(left, (value, at) => Math.abs(value - right[at]!) / Math.max(1, Math.abs(right[at]!)));
  return Math.max(...differences);
}

async function expectLoss(
  output: TensorOf<'float32'>,
  options: ProbedOptions,
  feeds: Parameters<typeof probeLosses>[2],
  reference: LossOf,
): Promise<void> {
  const { loss, gradient } = await probeLosses(output, [options], feeds);
  const rows = rowsOf(output);
  expect(difference([loss], [reference(rows)])).toBeLessThan(TOLERANCE);
  expect(difference(gradient, slopesOf(reference, rows))).toBeLessThan(TOLERANCE);
}

const logits = randomFloat32(seededRandom(1), [ROWS, CLASSES], 3);
const labels = int64(LABELS);

describe('softmax cross-entropy', () => {
  const kind = 'softmax-cross-entropy';

  test('is the mean of -log softmax at the label', async () => {
    await expectLoss(logits, { kind }, { labels }, crossEntropyOf({ labels: LABELS }));
  });

  for (const labelSmoothing of [0, 0.2]) {
    test(`weighs classes and rows, smoothing labels by ${labelSmoothing}`, async () => {
      const classWeights = Float32Array.from(CLASS_WEIGHTS);
      const feeds = { labels, row_weights: float32(ROW_WEIGHTS) };
      const own = { labels: LABELS, labelSmoothing };
      await expectLoss(logits, { kind, labelSmoothing }, feeds, crossEntropyOf(own));
      const weighted = { ...own, classWeights: CLASS_WEIGHTS };
      await expectLoss(logits, { kind, labelSmoothing, classWeights }, feeds, crossEntropyOf(weighted));
      const rows = { kind, labelSmoothing, rowWeights: true } as const;
      await expectLoss(logits, rows, feeds, crossEntropyOf({ ...own, weights: ROW_WEIGHTS }));
      const both = crossEntropyOf({ ...weighted, weights: ROW_WEIGHTS });
      await expectLoss(logits, { ...rows, classWeights }, feeds, both);
    });
  }

  test('reads the classes of more dimensions along the last axis', async () => {
    const sequences = randomFloat32(seededRandom(2), [2, 3, CLASSES], 3);
    const own = [3, 0, 1, 1, 2, 0];
    const feeds = { labels: int64(own, [2, 3]), row_weights: float32([1, 3]) };
    const weights = [1, 1, 1, 3, 3, 3];
    await expectLoss(sequences, { kind }, feeds, crossEntropyOf({ labels: own }));
    await expectLoss(sequences, { kind, rowWeights: true }, feeds, crossEntropyOf({ labels: own, weights }));
    const classWeights = Float32Array.from(CLASS_WEIGHTS);
    const weighted = { labels: own, weights, classWeights: CLASS_WEIGHTS };
    await expectLoss(sequences, { kind, rowWeights: true, classWeights }, feeds, crossEntropyOf(weighted));
  });

  test('stays finite for logits far apart', async () => {
    const far = float32([200, -200, 0, 0, -1000, 1000, 0, 0], [2, 4]);
    const { loss, gradient } = await probeLosses(far, [{ kind }], { labels: int64([1, 1]) });
    expect(loss).toBe(200);
    expect([...gradient]).toEqual([0.5, -0.5, 0, 0, 0, 0, 0, 0]);
  });

  test('leaves out classes that are masked', async () => {
    const masked = float32([0, 0, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY], [1, 4]);
    for (const of of [kind, 'focal'] as const) {
      const { loss, gradient } = await probeLosses(masked, [of === 'focal' ? { kind: of, gamma: 0 } : { kind: of }], {
        labels: int64([1]),
      });
      expect(loss).toBeCloseTo(Math.LN2, 6);
      expect([...gradient]).toEqual([0.5, -0.5, 0, 0]);
    }
  });

  test.each([0, 0.2])(
    'ends with an error for a label that is no class, smoothing labels by %f',
    async (labelSmoothing) => {
      for (const wrong of [CLASSES, -100]) {
        const probed = probeLosses(logits, [{ kind, labelSmoothing }], { labels: int64([0, 1, 2, 3, wrong]) });
        await expect(probed).rejects.toThrow(/Out of range value/);
      }
    },
  );

  test('refuses weights of another number of classes and too much smoothing', async () => {
    const short = probeLosses(logits, [{ kind, classWeights: Float32Array.of(1) }], { labels });
    await expect(short).rejects.toThrow(/classWeights must have 4 entries, got 1/);
    const smooth = probeLosses(logits, [{ kind, labelSmoothing: 1 }], { labels });
    await expect(smooth).rejects.toThrow(expect.objectContaining({ code: 'ARGUMENT_INVALID' }));
  });
});

describe('focal loss', () => {
  const kind = 'focal';

  for (const gamma of [0, 0.5, 1, 2, 3.5]) {
    test(`counts sure positions less, gamma ${gamma}`, async () => {
      await expectLoss(logits, { kind, gamma }, { labels }, focalOf({ labels: LABELS, gamma, alpha: () => 1 }));
    });
  }

  test('has a factor for all or one per class, and weighs rows', async () => {
    const feeds = { labels, row_weights: float32(ROW_WEIGHTS) };
    const own = { labels: LABELS, gamma: 2, weights: ROW_WEIGHTS };
    await expectLoss(logits, { kind, alpha: 0.25, rowWeights: true }, feeds, focalOf({ ...own, alpha: () => 0.25 }));
    const alpha = (label: number) => CLASS_WEIGHTS[label]!;
    const options = { kind, alpha: Float32Array.from(CLASS_WEIGHTS), rowWeights: true } as const;
    await expectLoss(logits, options, feeds, focalOf({ ...own, alpha }));
  });

  test('is without slope where a position is certain', async () => {
    const { loss, gradient } = await probeLosses(float32([200, 0], [1, 2]), [{ kind, gamma: 0.5 }], {
      labels: int64([0]),
    });
    expect(Math.abs(loss)).toBe(0);
    expect([...gradient].map(Math.abs)).toEqual([0, 0]);
  });
});

describe('binary cross-entropy', () => {
  const kind = 'binary-cross-entropy';
  const own = float32(
    Array.from({ length: ROWS * CLASSES }, (_, at) => [0, 1, 0.25][at % 3]!),
    [ROWS, CLASSES],
  );
  const term = (weightOf: (entry: number) => number) => (x: number, y: number, entry: number) =>
    -(weightOf(entry) * y * Math.log(1 / (1 + Math.exp(-x))) + (1 - y) * Math.log(1 / (1 + Math.exp(x))));

  test('takes several labels per row, also between 0 and 1', async () => {
    await expectLoss(
      logits,
      { kind },
      { labels: own },
      entryLossOf(
        term(() => 1),
        rowsOf(own),
      ),
    );
  });

  test('weighs positives, alone or per entry, and rows', async () => {
    const feeds = { labels: own, row_weights: float32(ROW_WEIGHTS) };
    await expectLoss(
      logits,
      { kind, positiveWeight: 3 },
      feeds,
      entryLossOf(
        term(() => 3),
        rowsOf(own),
      ),
    );
    const options = { kind, positiveWeight: Float32Array.from(CLASS_WEIGHTS), rowWeights: true } as const;
    const reference = entryLossOf(
      term((entry) => CLASS_WEIGHTS[entry]!),
      rowsOf(own),
      ROW_WEIGHTS,
    );
    await expectLoss(logits, options, feeds, reference);
  });

  test('stays finite for logits far from 0', async () => {
    const far = float32([200, -200, 200, -200], [2, 2]);
    const opposite = float32([0, 1, 1, 0], [2, 2]);
    for (const positiveWeight of [1, 2]) {
      const { loss, gradient } = await probeLosses(far, [{ kind, positiveWeight }], { labels: opposite });
      expect(loss).toBe(positiveWeight === 1 ? 100 : 150);
      expect([...gradient].map(Math.abs)).toEqual([0.25, positiveWeight / 4, 0, 0]);
    }
  });
});

describe('losses of differences', () => {
  const own = randomFloat32(seededRandom(3), [ROWS, CLASSES], 3);
  const terms: Readonly<Record<string, readonly [ProbedOptions, (error: number) => number]>> = {
    'squared error': [{ kind: 'mean-squared-error' }, (error) => error ** 2],
    'absolute error': [{ kind: 'mean-absolute-error' }, Math.abs],
    'Huber loss': [{ kind: 'huber' }, (error) => (Math.abs(error) <= 1 ? error ** 2 / 2 : Math.abs(error) - 0.5)],
    'Huber loss with delta': [
      { kind: 'huber', delta: 2 },
      (error) => (Math.abs(error) <= 2 ? error ** 2 / 2 : 2 * (Math.abs(error) - 1)),
    ],
  };
  for (const [name, [options, term]] of Object.entries(terms)) {
    test(`${name} is the mean over entries, rows weighted`, async () => {
      const feeds = { labels: own, row_weights: float32(ROW_WEIGHTS) };
      const error = (value: number, label: number) => term(value - label);
      await expectLoss(logits, options, feeds, entryLossOf(error, rowsOf(own)));
      const weighted = { ...options, rowWeights: true } as ProbedOptions;
      await expectLoss(logits, weighted, feeds, entryLossOf(error, rowsOf(own), ROW_WEIGHTS));
    });
  }

  test('refuse a limit that is not above 0', async () => {
    const refused = probeLosses(logits, [{ kind: 'huber', delta: 0 }], { labels: own });
    await expect(refused).rejects.toThrow(/delta must be above 0, got 0/);
  });
});

describe('several losses', () => {
  const own = randomFloat32(seededRandom(3), [ROWS, CLASSES], 3);
  const absolute: ProbedOptions = { kind: 'mean-absolute-error', labels: 'targets', weight: 0.5 };
  const huber: ProbedOptions = { kind: 'huber', labels: 'targets', weight: 2 };
  const classes: ProbedOptions = { kind: 'softmax-cross-entropy' };

  test('add up by their weights, each reported; the same labels are one input', async () => {
    const feeds = { labels, targets: own };
    const all = await probeLosses(logits, [classes, absolute, huber], feeds);
    const alone: ProbedLoss[] = [];
    for (const options of [classes, absolute, huber]) {
      const used = options === classes ? { labels } : { targets: own };
      alone.push(await probeLosses(logits, [{ ...options, weight: 1 } as ProbedOptions], used));
    }
    expect(all.parts).toEqual(alone.map(({ loss }) => loss));
    const sum = (values: number[]) => values[0]! + 0.5 * values[1]! + 2 * values[2]!;
    expect(all.loss).toBeCloseTo(sum(alone.map(({ loss }) => loss)), 5);
    const gradients = alone[0]!.gradient.map((_, at) => sum(alone.map(({ gradient }) => gradient[at]!)));
    expect(difference(all.gradient, gradients)).toBeLessThan(TOLERANCE);
  });

  test('may take labels from the graph itself', async () => {
    const { loss } = await probeLosses(logits, [{ kind: 'mean-squared-error', labels: 'x' }], {});
    expect(loss).toBe(0);
  });

  test('refuse labels of two types', async () => {
    const clash = probeLosses(logits, [{ ...classes, labels: 'targets' } as ProbedOptions, huber], { targets: own });
    await expect(clash).rejects.toThrow(/Labels targets must be float32 for every loss that reads them, got int64/);
  });
});
