/** A decoded protobufjs message, of which the generated code knows the fields. @package */
// biome-ignore lint/suspicious/noExplicitAny: protobufjs types sub-messages as partial, decoded ones are whole.
export type Wire = any;

/** A list of its own: absent lists are one shared object in protobufjs. @package */
export function listOf<T>(values: readonly T[]): T[] {
  return values.length === 0 ? [] : (values as T[]);
}

/** Bytes of their own, without Node's Buffer on top: decoded ones are a view into what came in. @package */
export function bytesOf(value: Uint8Array): Uint8Array {
  return new Uint8Array(value);
}

/** A 64-bit integer: decoded ones are numbers, and an absent one is protobufjs's shared Long of 0. @package */
export function integerOf(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}

/** fromEntries defines own properties, so a key such as "__proto__" stays data. @package */
export function mapOf<T>(values: Readonly<Record<string, Wire>>, toPlain: (value: Wire) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, toPlain(value)]));
}

/**
 * Carries the fields a decoder did not know over to `plain`, where the generated encoder looks for them. Hidden, so
 * that comparing and printing see the known fields only.
 *
 * @package
 */
export function keepUnknown<T extends object>(wire: Wire, plain: T): T {
  const unknowns: readonly Uint8Array[] | undefined = wire.$unknowns;
  if (unknowns === undefined) return plain;
  // One copy of them all: many small ones would weigh far more than their bytes.
  const value = [bytesOf(Buffer.concat(unknowns))];
  return Object.defineProperty(plain, '$unknowns', { value, enumerable: false });
}
