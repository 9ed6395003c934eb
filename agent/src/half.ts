const buffer = new DataView(new ArrayBuffer(4));

/** The IEEE 754 half precision number nearest to `value`, as its 16 bits; ties go to the even one. */
export function halfBits(value: number): number {
  buffer.setFloat32(0, value);
  const bits = buffer.getUint32(0);
  const sign = (bits >>> 16) & 0x8000;
  const exponent = (bits >>> 23) & 0xff;
  const fraction = bits & 0x7fffff;
  if (exponent === 0xff) return sign | (fraction === 0 ? 0x7c00 : 0x7e00);
  // Half: 5 bits of exponent with a bias of 15, 10 of fraction; float32: 8 with 127, and 23.
  const shifted = exponent - 112;
  if (shifted >= 0x1f) return sign | 0x7c00;
  if (shifted <= 0) return shifted < -10 ? sign : sign | rounded(fraction | 0x800000, 14 - shifted);
  return sign | ((shifted << 10) + rounded(fraction, 13));
}

/** The number that 16 bits of half precision stand for. */
export function halfValue(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >>> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

function rounded(fraction: number, drop: number): number {
  const kept = fraction >>> drop;
  const rest = fraction & ((1 << drop) - 1);
  const half = 1 << (drop - 1);
  return rest > half || (rest === half && (kept & 1) === 1) ? kept + 1 : kept;
}
