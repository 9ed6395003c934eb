import type { Outcome, Reading } from '../reading.ts';
import type { Intake } from '../source/source.ts';

/** An intake that keeps what it is given and answers with class "left". */
export class CollectingIntake implements Intake {
  readonly readings: Reading[] = [];
  readonly faults: string[] = [];
  room = 1_000;
  answer: (reading: Reading) => Outcome = (reading) => ({
    prediction: {
      ...{ id: `p${this.readings.length}`, atMs: reading.atMs, slot: 'default', model: 'tiny', version: 1 },
      ...{ predicted: 'left', classIndex: 0, confidence: 0.75, outputs: { p: [0.75, 0.25] } },
    },
  });

  async take(reading: Reading): Promise<Outcome> {
    this.readings.push(reading);
    return this.answer(reading);
  }

  fault(code: string, message: string): void {
    this.faults.push(`${code}: ${message}`);
  }
}
