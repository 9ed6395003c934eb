import { InternalError } from '../errors.ts';
import type { InputRows, ModelRows, Target } from './model-rows.ts';

/** The rows of both, which were made in the same way. */
export function joinRows(first: ModelRows, second: ModelRows): ModelRows {
  return {
    rows: first.rows + second.rows,
    inputs: first.inputs.map((input, at) => joinInputs(input, second.inputs[at])),
    target: joinTargets(first.target, second.target),
  };
}

function joinInputs(first: InputRows, second: InputRows | undefined): InputRows {
  const [left, right] = [first.values, second?.values];
  if (left instanceof Float32Array && right instanceof Float32Array) return { ...first, values: joined(left, right) };
  if (left instanceof Float64Array && right instanceof Float64Array) return { ...first, values: joined(left, right) };
  if (left instanceof Uint8Array && right instanceof Uint8Array) return { ...first, values: joined(left, right) };
  if (Array.isArray(left) && Array.isArray(right)) return { ...first, values: [...left, ...right] };
  throw new InternalError(`input ${first.spec.name} of rows that are joined must be of one kind`);
}

function joinTargets(first: Target, second: Target): Target {
  if (first.kind === 'number' && second.kind === 'number') {
    return { ...first, values: joined(first.values, second.values) };
  }
  if (first.kind === 'classes' && second.kind === 'classes') {
    return { ...first, labels: joined(first.labels, second.labels) };
  }
  throw new InternalError('targets of rows that are joined must be of one kind');
}

function joined<T extends Float32Array | Float64Array | Uint8Array | Int32Array>(first: T, second: T): T {
  const Values = first.constructor as new (length: number) => T;
  const all = new Values(first.length + second.length);
  all.set(first);
  all.set(second, first.length);
  return all;
}
