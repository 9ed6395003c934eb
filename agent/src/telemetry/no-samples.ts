import type { SamplePolicy } from '@edgeloop/protocol';

/** A policy that lets nothing leave the device. */
export const NO_SAMPLES: SamplePolicy = { kind: 'none', share: 0, perHour: 0, omitFields: [] };
