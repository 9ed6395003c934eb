import type { ValueSummary } from '@edgeloop/onnx';
import { printable } from './printable.ts';

/** x float32 [batch, 3] */
export function valueText(value: ValueSummary): string {
  return printable(`${value.name} ${typeText(value)}`);
}

/** float32 [batch, 3] */
export function typeText({ type, dims }: ValueSummary): string {
  return printable(`${type ?? '?'} ${dimsText(dims)}`);
}

/** [batch, 3, ?], or [...] where not even the number of dimensions is known. */
export function dimsText(dims: readonly (number | string | undefined)[] | undefined): string {
  return `[${dims?.map((dim) => dim ?? '?').join(', ') ?? '...'}]`;
}

/** ai.onnx 21 */
export function opsetText(domain: string, version: number): string {
  return printable(`${domain === '' ? 'ai.onnx' : domain} ${version}`);
}
