import type { ModelSignature } from '@edgeloop/protocol';
import type { Outcome, Prediction } from '../../reading.ts';
import { badRequest } from './http-failure.ts';
import { MOST_ROWS } from './inference-protocol/served-model.ts';
import { type NamedReading, readNamedValues } from './named-values.ts';
import type { RequestImages } from './request-images.ts';

/** What `/predict` was asked. */
export interface PredictRequest {
  readonly readings: readonly NamedReading[];
  /** Whether it was a list, and so wants one. */
  readonly isList: boolean;
}

/** One object of named values, or a list of them. @throws HttpFailure 400; ReadingRefused */
export async function readPredictRequest(
  body: unknown,
  signature: ModelSignature,
  atMs: number,
  images: RequestImages,
): Promise<PredictRequest> {
  const isList = Array.isArray(body);
  const items: readonly unknown[] = isList ? body : [body];
  if (items.length < 1 || items.length > MOST_ROWS) {
    throw badRequest(`expected 1 to ${MOST_ROWS} readings, got ${items.length}`);
  }
  const readings: NamedReading[] = [];
  for (const item of items) {
    if (typeof item !== 'object' || item === null || Array.isArray(item)) {
      throw badRequest('expected an object of named values, or a list of them');
    }
    readings.push(await readNamedValues(item as Record<string, unknown>, signature, atMs, images));
  }
  return { readings, isList };
}

/** The predictions, in the order of the readings. */
export function predictAnswer(
  { readings, isList }: PredictRequest,
  outcomes: readonly (Outcome & { readonly prediction: Prediction })[],
): object {
  const answers = outcomes.map(({ prediction, violations = [] }, index) => {
    const { id, atMs, model, version, predicted, confidence, score, outputs } = prediction;
    const { ignored = [] } = readings[index] ?? {};
    return {
      ...{ id, at: new Date(atMs).toISOString(), model, version, predicted, confidence, score, outputs },
      violations: violations.length === 0 ? undefined : violations,
      ignored: ignored.length === 0 ? undefined : ignored,
    };
  });
  return isList ? answers : (answers[0] ?? {});
}
