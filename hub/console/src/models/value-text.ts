import type { ModelInspection } from '@edgeloop/hub';

/** An input or output of a model in one line: "x float32 [batch, 3, ?, ?]". */
export function valueText({ name, type, dims }: ModelInspection['inputs'][number]): string {
  return `${name} ${type ?? '?'} [${dims?.map((dim) => dim ?? '?').join(', ') ?? '...'}]`;
}
