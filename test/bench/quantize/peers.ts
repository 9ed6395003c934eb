import { readModel } from '@edgeloop/onnx';
import { pythonForm, type pythonQuantizer } from './python-quantizer.ts';
import { staticForms } from './static-forms.ts';
import type { Feeds, Forms, Subject } from './subject.ts';

/** Two forms of one model that are compared. */
export interface Pair {
  readonly ours: Uint8Array;
  readonly theirs: Uint8Array;
  /** What ours is, for readers of the figures. */
  readonly note?: string | undefined;
}

/** What the smaller form of a subject is compared with. */
export interface Peer {
  readonly name: 'float' | 'onnxruntime';
  /** Times as many rows per second as the peer's that ours is to make. */
  readonly goalRatio: number;
  /** Largest share of the peer's bytes; undefined: whatever comes. */
  readonly goalShare?: number | undefined;
  /** Why there is none here. */
  readonly skipped?: string | undefined;
  pair(): Promise<Pair>;
}

/** Noise of timings: what ONNX Runtime's quantizer makes may be this much faster. */
const AS_FAST = 1 / 1.05;

/** The float form, and what ONNX Runtime's own quantizer makes of it where there are rows for its ranges. */
export function peersOf(subject: Subject, python: ReturnType<typeof pythonQuantizer>): readonly Peer[] {
  const { goalRatio, goalShare, calibration } = subject;
  const float: Peer = { name: 'float', goalRatio, goalShare, pair: async () => againstFloat(await subject.forms()) };
  if (calibration === undefined) return [float];
  const made = { name: 'onnxruntime', goalRatio: AS_FAST } as const;
  if ('missing' in python) return [float, { ...made, skipped: python.missing, pair: float.pair }];
  const pair = async (): Promise<Pair> =>
    againstPython(python.command, (await subject.forms()).float, await calibration());
  return [float, { ...made, pair }];
}

function againstFloat({ float, smaller, note }: Forms): Pair {
  return { ours: smaller, theirs: float, note };
}

/** Like with like: everything that pays in integers, by smallest and largest values of the same rows. */
async function againstPython(command: string, float: Uint8Array, batches: readonly Feeds[]): Promise<Pair> {
  const { smaller } = await staticForms(readModel(float), batches);
  return { ours: smaller, theirs: pythonForm(command, float, batches), note: 'int8-static, min-max' };
}
