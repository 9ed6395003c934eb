import {
  LONGEST_SAMPLE_TEXT,
  type ModelSignature,
  type FieldValue as SampleField,
  type SamplePolicy,
} from '@edgeloop/protocol';
import type { Inference } from '../inference/predictor.ts';
import { inputKind } from '../input-kind.ts';
import type { OpenSample } from '../store/sample-outbox.ts';
import type { Time } from '../time.ts';
import { NO_SAMPLES } from './no-samples.ts';

const HOUR_MS = 3_600_000;

/**
 * Chooses the raw readings that may leave the device. An unknown kind of policy lets nothing through.
 *
 * A sample has the fields of a reading: numbers, times, categories and texts. Images and windows are none, and texts
 * longer than LONGEST_SAMPLE_TEXT are left out.
 */
export class Sampler {
  readonly #time: Time;
  readonly #random: () => number;
  readonly #fields: ReadonlySet<string>;
  #policy: SamplePolicy = NO_SAMPLES;
  #budget = 0;
  #lastMs: number;

  constructor({ inputs }: Pick<ModelSignature, 'inputs'>, time: Time, random: () => number) {
    const fields = inputs.filter((input) => inputKind(input) === 'fields');
    this.#fields = new Set(fields.flatMap(({ features }) => features.map(({ name }) => name)));
    this.#time = time;
    this.#random = random;
    this.#lastMs = time.monotonicMs();
  }

  /** The policy from now on. The hour's budget is free at once, and then grows back evenly. */
  use(policy: SamplePolicy): void {
    if (policy.perHour !== this.#policy.perHour) {
      this.#budget = policy.perHour;
      this.#lastMs = this.#time.monotonicMs();
    }
    this.#policy = policy;
  }

  /** The sample of an inference, when the policy wants it and the hour's budget is not spent. */
  pick({ reading, outcome, values }: Inference): OpenSample | undefined {
    const { prediction } = outcome;
    if (prediction === undefined || !this.#wants(prediction.confidence) || !this.#spend()) return undefined;
    return {
      predictionId: prediction.id,
      atMs: prediction.atMs,
      slot: prediction.slot,
      model: prediction.model,
      version: prediction.version,
      fields: this.#fieldsOf(values),
      predicted: prediction.predicted,
      confidence: prediction.confidence ?? 0,
      label: reading.label ?? '',
    };
  }

  #wants(confidence: number | undefined): boolean {
    if (this.#policy.kind === 'all') return true;
    if (this.#policy.kind === 'random') return this.#random() < this.#policy.share;
    return this.#policy.kind === 'uncertain' && confidence !== undefined && confidence < this.#policy.share;
  }

  #spend(): boolean {
    const { perHour } = this.#policy;
    const nowMs = this.#time.monotonicMs();
    this.#budget = Math.min(perHour, this.#budget + ((nowMs - this.#lastMs) * perHour) / HOUR_MS);
    this.#lastMs = nowMs;
    if (this.#budget < 1) return false;
    this.#budget -= 1;
    return true;
  }

  #fieldsOf(values: Inference['values']): Record<string, SampleField> {
    const mayLeave = (value: string | number | null): boolean =>
      value !== null && (typeof value === 'number' || value.length <= LONGEST_SAMPLE_TEXT);
    const kept = Object.entries(values).filter(
      ([name, value]) => this.#fields.has(name) && !this.#policy.omitFields.includes(name) && mayLeave(value),
    );
    return Object.fromEntries(
      kept.map(([name, value]) => [name, typeof value === 'number' ? { number: value } : { text: String(value) }]),
    );
  }
}
