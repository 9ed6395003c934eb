import type { VariantTest } from '@edgeloop/protocol';
import type { DeviceRecord } from '../store/device-store.ts';
import type { Store } from '../store/store.ts';
import type { VariantTestRecord } from '../store/variant-test-store.ts';
import { variantTestRecord } from './new-variant-tests.ts';

/**
 * Keeps what a device has tested, and tells people of each variant that it refuses now and did not before. Call inside a transaction.
 *
 * Tests of variants that no version has are dropped: a device must not fill the hub's tables with names of its own.
 */
export async function keepVariantTests(
  within: Store,
  device: DeviceRecord,
  tests: readonly VariantTest[],
  nowMs: number,
): Promise<void> {
  for (const test of tests) {
    const version = await within.models.findVersion(test.model, test.version);
    if (!version?.variants.some(({ name }) => name === test.variant)) continue;
    const record = variantTestRecord(test, device, nowMs);
    const last = await within.variantTests.find(record);
    await within.variantTests.save(record);
    // A device that refuses the same variant again and again must not fill the log of events.
    if (!record.passed && last?.passed !== false) await tellRefusal(within, record, nowMs);
  }
}

async function tellRefusal(within: Store, test: VariantTestRecord, nowMs: number): Promise<void> {
  const { deviceId, model, version, variant, problem, hardware } = test;
  await within.events.add(
    {
      level: 'warning',
      kind: 'device.variant-refused',
      deviceId,
      model,
      code: problem?.code ?? null,
      message: `${deviceId} refused ${variant} of ${model}@${version}: ${problem?.message}`,
      detail: { version, variant, ...hardware },
    },
    nowMs,
  );
}
