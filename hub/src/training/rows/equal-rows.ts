import { createHash } from 'node:crypto';
import type { InputRows, ModelRows } from '../../store/model-rows.ts';

/** Of each row the first one that a model reads the same of, shape [rows]: a row without an equal one is its own. */
export function equalRows({ rows, inputs }: Pick<ModelRows, 'rows' | 'inputs'>): Int32Array {
  const first = new Map<string, number>();
  return Int32Array.from({ length: rows }, (_, row) => {
    const hash = createHash('sha256');
    for (const input of inputs) hash.update(bytesOf(input, row));
    const key = hash.digest('base64');
    const place = first.get(key) ?? row;
    first.set(key, place);
    return place;
  });
}

function bytesOf({ dims, values }: InputRows, row: number): Uint8Array {
  const size = dims.reduce((product, length) => product * length, 1);
  const [start, end] = [row * size, (row + 1) * size];
  // In JSON, so that no text can look like the end of another.
  if (!ArrayBuffer.isView(values)) return Buffer.from(JSON.stringify((values as readonly string[]).slice(start, end)));
  const own = (values as Uint8Array).subarray(start, end);
  return new Uint8Array(own.buffer, own.byteOffset, own.byteLength);
}
