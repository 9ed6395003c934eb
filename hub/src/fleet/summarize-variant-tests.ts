import type { VariantTestRecord } from '../store/variant-test-store.ts';

/** What one variant of a version came to on all devices of one profile. */
export interface VariantTestSummary {
  readonly profile: string;
  readonly variant: string;
  readonly passed: number;
  readonly refused: number;
  /** Over all tests that have one; null where none has. */
  readonly largestDeviation: number | null;
  readonly tolerance: number | null;
  /** Medians over the devices. */
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly rssBytes: number | null;
}

/** Devices with the same processor that refused the same variant of a version. */
export interface VariantRefusal {
  readonly profile: string;
  readonly variant: string;
  readonly architecture: string;
  readonly machine: string;
  readonly cpuFlags: readonly string[];
  readonly devices: readonly string[];
  /** Different reasons, as the devices gave them. */
  readonly reasons: readonly string[];
}

/** By profile, then by variant, both in the order in which they first come. */
export function summarizeVariantTests(tests: readonly VariantTestRecord[]): VariantTestSummary[] {
  const groups = grouped(tests, ({ hardware, variant }) => JSON.stringify([hardware.profile, variant]));
  return groups.map((group) => {
    const [first] = group;
    return {
      profile: first.hardware.profile,
      variant: first.variant,
      passed: group.filter(({ passed }) => passed).length,
      refused: group.filter(({ passed }) => !passed).length,
      largestDeviation: largest(group.map(({ largestDeviation }) => largestDeviation)),
      tolerance: largest(group.map(({ tolerance }) => tolerance)),
      p50Ms: median(group.map(({ p50Ms }) => p50Ms)),
      p95Ms: median(group.map(({ p95Ms }) => p95Ms)),
      rssBytes: median(group.map(({ rssBytes }) => rssBytes)),
    };
  });
}

/** Which hardware refused which variant, and why. */
export function variantRefusals(tests: readonly VariantTestRecord[]): VariantRefusal[] {
  const refused = tests.filter(({ passed }) => !passed);
  const groups = grouped(refused, ({ hardware, variant }) => JSON.stringify([variant, hardware]));
  return groups.map((group) => {
    const [{ hardware, variant }] = group;
    const reasons = group.flatMap(({ problem }) => (problem === null ? [] : [`${problem.message} [${problem.code}]`]));
    return { ...hardware, variant, devices: group.map(({ deviceId }) => deviceId), reasons: [...new Set(reasons)] };
  });
}

function grouped<Row>(rows: readonly Row[], keyOf: (row: Row) => string): [Row, ...Row[]][] {
  const groups = new Map<string, [Row, ...Row[]]>();
  for (const row of rows) {
    const key = keyOf(row);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return [...groups.values()];
}

function largest(values: readonly (number | null)[]): number | null {
  return values.reduce((most, value) => (value !== null && (most === null || value > most) ? value : most), null);
}

/** The lower one of the two in the middle: a value that was measured. */
function median(values: readonly (number | null)[]): number | null {
  const sorted = values.filter((value) => value !== null).sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? null;
}
