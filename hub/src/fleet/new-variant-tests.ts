import { decisiveFlags } from '@edgeloop/firmware-profiles';
import type { ReportedState, VariantTest } from '@edgeloop/protocol';
import type { DeviceRecord } from '../store/device-store.ts';
import type { VariantTestRecord } from '../store/variant-test-store.ts';

// A device keeps 24 in each slot; more are not its own.
const MOST_OF_SLOT = 64;
const LONGEST_MESSAGE = 500;

/**
 * Tests of a report that the report before did not have. Devices repeat what they have tested in every report. Where
 * several slots have tested the same variant, the newest test counts.
 */
export function newVariantTests(before: ReportedState | null, report: ReportedState): VariantTest[] {
  const known = new Set(before === null ? [] : testsOf(before).map(keyOf));
  const byTime = testsOf(report).sort((a, b) => a.atMs - b.atMs);
  const newest = new Map(byTime.map((test) => [JSON.stringify([test.model, test.version, test.variant]), test]));
  return [...newest.values()].filter((test) => !known.has(keyOf(test)));
}

/** A test as the hub keeps it, with what the device is. */
export function variantTestRecord(test: VariantTest, device: DeviceRecord, receivedMs: number): VariantTestRecord {
  const { model, version, variant, selfTest, problem, atMs } = test;
  const passed = selfTest?.passed === true && problem === undefined;
  return {
    ...{ deviceId: device.id, model, version, variant, passed, atMs, receivedMs },
    largestDeviation: finite(selfTest?.largestDeviation),
    tolerance: finite(selfTest?.tolerance),
    rows: finite(selfTest?.rows),
    p50Ms: finite(selfTest?.p50Ms),
    p95Ms: finite(selfTest?.p95Ms),
    rssBytes: finite(selfTest?.rssBytes),
    problem: passed ? null : refusalOf(problem),
    hardware: hardwareOf(device),
  };
}

function testsOf({ slots }: ReportedState): VariantTest[] {
  // The store has reports of hubs that did not know of tests.
  return slots.flatMap(({ variantTests = [] }) => variantTests.slice(-MOST_OF_SLOT));
}

function keyOf({ model, version, variant, atMs }: VariantTest): string {
  return `${model} ${version} ${variant} ${atMs}`;
}

function refusalOf(problem: VariantTest['problem']): VariantTestRecord['problem'] {
  if (problem === undefined) return { code: 'SELF_TEST_FAILED', message: 'the device gave no reason' };
  return { code: problem.code, message: problem.message.slice(0, LONGEST_MESSAGE) };
}

function hardwareOf({ profile, capabilities }: DeviceRecord): VariantTestRecord['hardware'] {
  const { architecture, machine, cpuFlags } = capabilities;
  return {
    profile,
    architecture: typeof architecture === 'string' ? architecture : '',
    machine: typeof machine === 'string' ? machine : '',
    cpuFlags: Array.isArray(cpuFlags) ? decisiveFlags(cpuFlags.filter((flag) => typeof flag === 'string')) : [],
  };
}

/** JSON has neither NaN nor infinity. */
function finite(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}
