/** A binary request by hand: JSON, and behind it what each input takes. */
export function binaryRequest(
  inputs: readonly [string, string, number[], Buffer][],
  more: object = {},
): { readonly body: Buffer<ArrayBuffer>; readonly headers: Record<string, string> } {
  const json = Buffer.from(
    JSON.stringify({
      inputs: inputs.map(([name, datatype, shape, bytes]) => ({
        ...{ name, datatype, shape },
        parameters: { binary_data_size: bytes.length },
      })),
      ...more,
    }),
  );
  return {
    body: Buffer.concat([json, ...inputs.map(([, , , bytes]) => bytes)]),
    headers: { 'inference-header-content-length': String(json.length), 'content-type': 'application/octet-stream' },
  };
}

/** Single precision, little endian. */
export function floats(values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) bytes.writeFloatLE(value, index * 4);
  return bytes;
}

/** Double precision, little endian. */
export function doubles(values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 8);
  for (const [index, value] of values.entries()) bytes.writeDoubleLE(value, index * 8);
  return bytes;
}

/** Each element behind its length: 4 bytes, little endian. */
export function packed(elements: readonly (string | Uint8Array)[]): Buffer {
  return Buffer.concat(
    elements.flatMap((element) => {
      const bytes = Buffer.from(element as string);
      const length = Buffer.alloc(4);
      length.writeUInt32LE(bytes.length);
      return [length, bytes];
    }),
  );
}
