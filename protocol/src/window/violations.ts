import type { ViolationCount } from '../generated/messages.ts';

/**
 * How a value can differ from what a signature expects.
 *
 * - missing: nothing where the element type cannot express that
 * - type: text where a number or a time is expected
 * - range: a number or time outside of what the training data held, or that is not finite
 * - level: a category that the training data did not have
 * - shape: a tensor or image of another size or with other channels
 */
export const VIOLATION_KINDS = ['missing', 'type', 'range', 'level', 'shape'] as const;

export type ViolationKind = (typeof VIOLATION_KINDS)[number];

/** One value that the signature does not expect. */
export interface Violation {
  /** Name of the feature, or of the input where a whole tensor is odd. */
  readonly feature: string;
  readonly kind: ViolationKind;
}

/** Whether `kind` is one this version of the protocol knows. */
export function isViolationKind(kind: string): kind is ViolationKind {
  return (VIOLATION_KINDS as readonly string[]).includes(kind);
}

/** One row per feature and kind, in their order, counts added up. */
export function mergeViolations(counts: Iterable<ViolationCount>): ViolationCount[] {
  const merged = new Map<string, ViolationCount>();
  for (const { feature, kind, count } of counts) {
    const key = JSON.stringify([feature, kind]);
    merged.set(key, { feature, kind, count: (merged.get(key)?.count ?? 0) + count });
  }
  return [...merged.entries()].sort(([x], [y]) => (x < y ? -1 : 1)).map(([, violation]) => violation);
}

/** Counts violations by feature and kind. */
export class ViolationTally {
  readonly #counts = new Map<string, Map<ViolationKind, number>>();

  get isEmpty(): boolean {
    return this.#counts.size === 0;
  }

  add({ feature, kind }: Violation): void {
    const kinds = this.#counts.get(feature) ?? new Map<ViolationKind, number>();
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    this.#counts.set(feature, kinds);
  }

  /** One row per feature and kind, in their order. */
  counts(): ViolationCount[] {
    const rows = [...this.#counts].flatMap(([feature, kinds]) =>
      [...kinds].map(([kind, count]) => ({ feature, kind, count })),
    );
    return mergeViolations(rows);
  }
}
