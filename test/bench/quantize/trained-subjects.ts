import { float32 } from '@edgeloop/onnx';
import { DIGIT_SIZE, digitImages, digitsCsv } from '../../rig/mnist-digits.ts';
import { mailsJsonl } from '../../rig/spam-mails.ts';
import { firstRow } from './first-row.ts';
import { type ChosenForms, hubForms } from './hub-forms.ts';
import type { Feeds, Subject } from './subject.ts';

interface TrainedCase {
  readonly name: string;
  readonly dataset: string;
  /** Query of the import. */
  readonly query: string;
  readonly rows: () => Buffer;
  readonly recipe: Readonly<Record<string, unknown>>;
  /** Quantizers of others are given these. */
  readonly calibration?: () => Promise<readonly Feeds[]>;
}

const CALIBRATION_ROWS = 256;
const DIGITS = { dataset: 'digits', query: 'label=digit&format=csv', rows: () => digitsCsv() };
const IMAGE = { image: { height: DIGIT_SIZE, width: DIGIT_SIZE }, seed: 1 };

const CASES: readonly TrainedCase[] = [
  { name: 'mlp', ...DIGITS, recipe: { family: 'mlp', hidden: [256, 128], epochs: 4, seed: 1 } },
  { name: 'cnn', ...DIGITS, calibration: digitFeeds, recipe: { ...IMAGE, family: 'cnn', epochs: 3 } },
  { name: 'mobile-cnn', ...DIGITS, calibration: digitFeeds, recipe: { ...IMAGE, family: 'mobile-cnn', epochs: 4 } },
  {
    ...{ name: 'text-cnn-lstm', dataset: 'mails', query: 'label=class&format=jsonl', rows: () => mailsJsonl(2_000) },
    recipe: { family: 'text-cnn-lstm', seed: 1 },
  },
];

/** Some of the digits that the networks learn from. */
async function digitFeeds(): Promise<readonly Feeds[]> {
  const pixels = digitImages(CALIBRATION_ROWS).flatMap((digit) => digit.pixels);
  return [{ features: float32(pixels, [CALIBRATION_ROWS, DIGIT_SIZE * DIGIT_SIZE]) }];
}

/** Networks of the hub's own families, trained and made smaller by a hub as its users would. */
export function trainedSubjects(): readonly Subject[] {
  return CASES.map(({ name, dataset, query, rows, recipe, calibration }): Subject => {
    let made: Promise<ChosenForms> | undefined;
    const forms = (): Promise<ChosenForms> => {
      made ??= hubForms(async (loop) => {
        await loop.client.upload(`/datasets?name=${dataset}&${query}`, rows());
        return loop.train(dataset, dataset, recipe);
      });
      return made;
    };
    const feeds = async (): Promise<Feeds> => firstRow((await forms()).golden);
    return { name, rows: 1, goalRatio: 1, forms, feeds, ...(calibration ? { calibration } : {}) };
  });
}
