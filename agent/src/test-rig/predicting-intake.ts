import type { Violation } from '@edgeloop/protocol';
import type { Inference, Predictor } from '../inference/predictor.ts';
import type { Outcome, Reading } from '../reading.ts';
import type { Intake } from '../source/source.ts';

/** An intake with a real model behind it, and all that became of its readings. */
export class PredictingIntake implements Intake {
  readonly inferences: Inference[] = [];
  readonly faults: { readonly code: string; readonly message: string; readonly violation?: Violation | undefined }[] =
    [];
  readonly room = 1_000;
  readonly #predictor: Predictor;

  constructor(predictor: Predictor) {
    this.#predictor = predictor;
  }

  async take(reading: Reading): Promise<Outcome> {
    const inferences = await this.#predictor.predict([reading]);
    this.inferences.push(...inferences);
    return inferences[0]?.outcome ?? { failure: { code: 'INTERNAL', message: 'expected an inference, got none' } };
  }

  fault(code: string, message: string, violation?: Violation): void {
    this.faults.push({ code, message, violation });
  }
}
