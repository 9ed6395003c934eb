import { type FieldValue, LONGEST_SAMPLE_TEXT, type Sample, SampleBatch } from '@edgeloop/protocol';
import type { SampleRecord } from '../store/sample-store.ts';
import type { Store } from '../store/store.ts';
import type { Channel, Fault, Frame, Received } from './channel.ts';
import type { ReleaseCatalog } from './release-catalog.ts';
import type { Numbered } from './sequence-plan.ts';

export type NumberedSample = Sample & Numbered;

const LONGEST_LABEL = 1_000;
const MOST_FIELDS = 2_000;

/** Raw readings that a device was allowed to send. */
export class SampleChannel implements Channel<NumberedSample> {
  readonly name = 'samples';
  readonly #releases: ReleaseCatalog;

  constructor(releases: ReleaseCatalog) {
    this.#releases = releases;
  }

  decode(bytes: Uint8Array): Frame<NumberedSample> {
    const { bootId, samples } = SampleBatch.decode(bytes);
    return {
      bootId,
      items: samples.map((sample) => ({
        ...sample,
        firstSequence: sample.sequence,
        lastSequence: sample.sequence,
      })),
    };
  }

  async judge(sample: NumberedSample): Promise<Fault | undefined> {
    const release = await this.#releases.find(sample.model, sample.version);
    if (!release) {
      const message = `no release of ${JSON.stringify(sample.model.slice(0, 64))}@${sample.version}`;
      return { code: 'UNKNOWN_RELEASE', message };
    }
    const message = faultOf(sample, release.version.classes);
    return message === undefined ? undefined : { code: 'SAMPLE_INVALID', message };
  }

  async keep(tx: Store, samples: readonly Received<NumberedSample>[]): Promise<void> {
    await tx.samples.add(samples.map(recordOf));
  }

  kept(): void {
    // Retraining counts samples when it needs them.
  }
}

function faultOf(sample: Sample, classes: readonly string[]): string | undefined {
  const { predictionId, confidence, predicted, label, fields } = sample;
  if (predictionId === '' || predictionId.length > 128) return 'predictionId must have 1 to 128 characters';
  if (!Number.isFinite(confidence)) return `confidence must be a number, got ${confidence}`;
  if (classes.length > 0 && !classes.includes(predicted)) return 'predicted must be a class of the model';
  if (label.length > LONGEST_LABEL) return `label may have ${LONGEST_LABEL} characters, got ${label.length}`;
  const names = Object.keys(fields);
  if (names.length > MOST_FIELDS) return `a sample may have ${MOST_FIELDS} fields, got ${names.length}`;
  const odd = names.find((name) => isOdd(fields[name]));
  return odd === undefined ? undefined : `field ${JSON.stringify(odd.slice(0, 64))} must be a number or short text`;
}

function isOdd(value: FieldValue | undefined): boolean {
  if (value?.number !== undefined) return !Number.isFinite(value.number);
  return value?.text === undefined || value.text.length > LONGEST_SAMPLE_TEXT;
}

function recordOf({ deviceId, bootId, receivedMs, item }: Received<NumberedSample>): SampleRecord {
  return {
    deviceId,
    bootId,
    sequence: item.sequence,
    predictionId: item.predictionId,
    model: item.model,
    version: item.version,
    atMs: item.atMs,
    receivedMs,
    fields: Object.fromEntries(
      Object.entries(item.fields).map(([name, value]) => [name, value.number ?? value.text ?? '']),
    ),
    predicted: item.predicted,
    confidence: item.confidence,
    label: item.label === '' ? null : item.label,
    labelledBy: item.label === '' ? null : 'device',
  };
}
