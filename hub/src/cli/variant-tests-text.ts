import type { VariantTestsView } from '../api/schemas/variant-tests.ts';
import type { VariantRefusal, VariantTestSummary } from '../fleet/summarize-variant-tests.ts';
import { renderTable } from './table.ts';
import { bytes, decimals } from './words.ts';

const SUMMARY_COLUMNS = [
  ['PROFILE', (row: VariantTestSummary) => row.profile],
  ['VARIANT', (row: VariantTestSummary) => row.variant],
  ['PASSED', (row: VariantTestSummary) => row.passed],
  ['REFUSED', (row: VariantTestSummary) => row.refused],
  ['DEVIATION', (row: VariantTestSummary) => row.largestDeviation?.toExponential(1)],
  ['ALLOWED', (row: VariantTestSummary) => row.tolerance?.toExponential(1)],
  ['MEDIAN MS', (row: VariantTestSummary) => decimals(row.p50Ms, 3)],
  ['P95 MS', (row: VariantTestSummary) => decimals(row.p95Ms, 3)],
  ['MEMORY', (row: VariantTestSummary) => (row.rssBytes === null ? null : bytes(row.rssBytes))],
] as const;

/** What devices found when they tested the variants of a version, and which hardware refused which. */
export function variantTestsText({ summary, refusals }: VariantTestsView): string {
  const table = renderTable(
    summary,
    SUMMARY_COLUMNS,
    'no device has tested this version yet; roll it out with "edgeloop rollouts start"',
  );
  if (refusals.length === 0) return table;
  return `${table}\nrefused by\n${refusals.map(refusalText).join('')}`;
}

function refusalText({ variant, devices, reasons, ...hardware }: VariantRefusal): string {
  return `  ${variant} on ${hardwareText(hardware)}: ${devicesText(devices)}\n${reasons.map((reason) => `    ${reason}\n`).join('')}`;
}

function hardwareText({
  profile,
  architecture,
  machine,
  cpuFlags,
}: Omit<VariantRefusal, 'variant' | 'devices' | 'reasons'>): string {
  const parts = [machine, architecture, cpuFlags.join(' ')].filter((part) => part !== '');
  return parts.length === 0 ? profile : `${profile} (${parts.join(', ')})`;
}

const MOST_NAMED = 5;

function devicesText(devices: readonly string[]): string {
  const named = devices.slice(0, MOST_NAMED).join(', ');
  return devices.length > MOST_NAMED ? `${named} and ${devices.length - MOST_NAMED} more` : named;
}
