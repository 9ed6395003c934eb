import { readFileSync } from 'node:fs';
import type { FeedSource } from '../quantization/feed-source.ts';
import { runPython } from './python.ts';

const SCRIPT = readFileSync(new URL('python-quantizer.py', import.meta.url), 'utf8');
const BATCH = 256;

/** How ONNX Runtime's quantizer is told to work: u8 activations and s8 weights by channel, these for products only, nothing. */
const SETTINGS = ['usual', 'products', 'defaults'] as const;
export type PythonSetting = (typeof SETTINGS)[number];

/** Whether a Python here has ONNX Runtime's quantizer. */
export function hasPythonQuantizer(): boolean {
  return runPython('import onnxruntime.quantization\nprint("true")', null) === true;
}

/**
 * Static 8-bit forms that ONNX Runtime's own quantizer makes, with ranges from these rows.
 *
 * @param rows of float32 inputs only
 * @returns undefined where no Python here has it
 */
export function pythonForms(model: Uint8Array, rows: FeedSource): ReadonlyMap<PythonSetting, Uint8Array> | undefined {
  const batches = Array.from({ length: Math.ceil(rows.rows / BATCH) }, (_, index) =>
    Object.fromEntries(
      Object.entries(rows.feeds(index * BATCH, BATCH)).map(([name, { dims, data }]) => [
        name,
        { dims, data: base64(data as Float32Array) },
      ]),
    ),
  );
  const input = { model: base64(model), batches, settings: SETTINGS };
  const output = runPython(SCRIPT, input) as Record<PythonSetting, string> | undefined;
  if (output === undefined) return undefined;
  const entries = Object.entries(output) as [PythonSetting, string][];
  return new Map(entries.map(([setting, file]) => [setting, Buffer.from(file, 'base64')]));
}

function base64({ buffer, byteOffset, byteLength }: Uint8Array | Float32Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64');
}
