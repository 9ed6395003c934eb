import { ProtocolUsageError } from './errors.ts';
import type { FieldShape, MessageShapes } from './message-shape.ts';

type Input = Readonly<Record<string, unknown>>;

const SCALAR_CHECKS: Readonly<Record<string, { readonly words: string; accepts(value: unknown): boolean }>> = {
  uint32: { words: 'an integer from 0 to 2^32-1', accepts: (value) => isIntegerIn(value, 0, 0xffff_ffff) },
  uint64: { words: 'an integer from 0 to 2^53-1', accepts: (value) => isIntegerIn(value, 0, Number.MAX_SAFE_INTEGER) },
  sint32: {
    words: 'an integer from -2^31 to 2^31-1',
    accepts: (value) => isIntegerIn(value, -0x8000_0000, 0x7fff_ffff),
  },
  sint64: { words: 'an integer between -2^53 and 2^53', accepts: (value) => Number.isSafeInteger(value) },
  double: { words: 'a number', accepts: (value) => typeof value === 'number' },
  bool: { words: 'true or false', accepts: (value) => typeof value === 'boolean' },
  // A lone surrogate would arrive as another character.
  string: { words: 'well-formed text', accepts: (value) => typeof value === 'string' && isWellFormed(value) },
  bytes: { words: 'bytes', accepts: (value) => value instanceof Uint8Array },
};

/**
 * Checks that the wire can carry `value` exactly.
 *
 * @throws ProtocolUsageError INVALID_INPUT with the path of the first field that does not fit
 * @package
 */
export function checkMessage(value: unknown, type: string, path: string, shapes: MessageShapes): void {
  const shape = shapes[type] ?? [];
  if (typeof value !== 'object' || value === null) throw refusal(path, `a ${type}`, value);
  const input = value as Input;
  for (const field of shape) {
    const fieldValue = input[field[0]];
    if (fieldValue !== undefined) checkField(fieldValue, field, path, shapes);
  }
  checkOneofs(input, shape, path);
}

function checkField(value: unknown, field: FieldShape, path: string, shapes: MessageShapes): void {
  const [name, rule, type] = field;
  if (rule === 'many') {
    if (!Array.isArray(value)) throw refusal(`${path}.${name}`, 'a list', value);
    for (const element of value) checkValue(element, type, path, name, shapes);
  } else if (rule === 'map') {
    if (typeof value !== 'object' || value === null) throw refusal(`${path}.${name}`, 'a map', value);
    for (const [key, element] of Object.entries(value)) checkValue(element, type, path, `${name}.${key}`, shapes);
  } else {
    checkValue(value, type, path, name, shapes);
  }
}

// The path of a scalar is put together only when it is refused: there is one for every number of every window.
function checkValue(value: unknown, type: string, path: string, name: string, shapes: MessageShapes): void {
  const scalar = SCALAR_CHECKS[type];
  if (scalar === undefined) checkMessage(value, type, `${path}.${name}`, shapes);
  else if (!scalar.accepts(value)) throw refusal(`${path}.${name}`, scalar.words, value);
}

function checkOneofs(input: Input, shape: readonly FieldShape[], path: string): void {
  let chosen: FieldShape | undefined;
  for (const field of shape) {
    const [name, , , oneof] = field;
    if (oneof === undefined || input[name] === undefined) continue;
    if (chosen?.[3] === oneof) throw refusal(path, `one ${oneof}`, `${chosen[0]} and ${name}`);
    chosen = field;
  }
}

function isIntegerIn(value: unknown, least: number, greatest: number): boolean {
  return Number.isInteger(value) && (value as number) >= least && (value as number) <= greatest;
}

function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}

function refusal(path: string, expected: string, got: unknown): ProtocolUsageError {
  const shown = typeof got === 'object' && got !== null ? got.constructor?.name : String(got);
  return new ProtocolUsageError('INVALID_INPUT', `${path} must be ${expected}, got ${shown}`);
}
