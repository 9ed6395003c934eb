import type { NamedTensor } from '@edgeloop/protocol';
import type { Tensors } from '../../graph-engine.ts';

/** Tensors as devices get them. */
export function namedTensors(tensors: Tensors): NamedTensor[] {
  return Object.entries(tensors).map(([name, { type, dims, data }]) => {
    const named = { name, elementType: type, dims: [...dims] };
    if (type === 'string') return { ...named, data: new Uint8Array(), strings: [...data] };
    const { buffer, byteOffset, byteLength } = data as Float32Array;
    return { ...named, data: new Uint8Array(buffer, byteOffset, byteLength), strings: [] };
  });
}

/** Bytes of the entries; of texts one a character. */
export function tensorsBytes(tensors: Tensors): number {
  return Object.values(tensors).reduce((sum, { data }) => {
    if (ArrayBuffer.isView(data)) return sum + data.byteLength;
    return (
      sum +
      [...(data as ArrayLike<unknown> & Iterable<unknown>)].reduce<number>(
        (all, entry) => all + String(entry).length,
        0,
      )
    );
  }, 0);
}
