import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RigError } from '../../rig/errors.ts';
import { projectRoot } from '../../rig/project-root.ts';
import type { Feeds } from './subject.ts';

/** Debian installs its Python packages for its own interpreter, which need not be the first on the path. */
const INTERPRETERS = ['python3', '/usr/bin/python3'];
/** JSON with a model in it. */
const MOST_OUTPUT = 2 ** 28;

/** An interpreter that has ONNX Runtime's own quantizer, or why there is none. */
export function pythonQuantizer(): { readonly command: string } | { readonly missing: string } {
  const command = INTERPRETERS.find(
    (name) => spawnSync(name, ['-c', 'import onnxruntime.quantization'], { stdio: 'ignore' }).status === 0,
  );
  return command === undefined
    ? { missing: 'no Python interpreter here can import onnxruntime.quantization' }
    : { command };
}

/**
 * The static form that ONNX Runtime's own quantizer makes: prepared, u8 activations, s8 weights by channel, smallest
 * and largest values.
 *
 * @throws RigError PROCESS_ENDED with what Python said
 */
export function pythonForm(command: string, model: Uint8Array, batches: readonly Feeds[]): Uint8Array {
  const script = readFileSync(join(projectRoot(), 'hub/src/testing/python-quantizer.py'), 'utf8');
  const input = JSON.stringify({ model: base64(model), batches: batches.map(asJson), settings: ['usual'] });
  const options = { input, encoding: 'utf8', maxBuffer: MOST_OUTPUT } as const;
  const { status, stdout, stderr } = spawnSync(command, ['-c', script], options);
  if (status !== 0) throw new RigError('PROCESS_ENDED', `Python's quantizer ended with ${status}: ${stderr}`);
  return Buffer.from((JSON.parse(stdout) as { readonly usual: string }).usual, 'base64');
}

function asJson(feeds: Feeds): unknown {
  const entries = Object.entries(feeds).map(([name, { dims, data }]) => [name, { dims, data: base64(data) }]);
  return Object.fromEntries(entries);
}

function base64(data: Feeds[string]['data']): string {
  if (!ArrayBuffer.isView(data)) throw new RigError('STAGE_FAILED', 'batches must be float32, got strings');
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64');
}
