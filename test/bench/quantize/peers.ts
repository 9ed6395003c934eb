import { pythonForm, type pythonQuantizer } from './python-quantizer.ts';
import type { Forms, Subject } from './subject.ts';

/** Another form of the same model that the smaller one is compared with. */
export interface Peer {
  readonly name: 'float' | 'onnxruntime';
  /** Times as many rows per second as the peer's that the smaller form is to make. */
  readonly goalRatio: number;
  /** Largest share of the peer's bytes; undefined: whatever comes. */
  readonly goalShare?: number | undefined;
  /** Why there is none here. */
  readonly skipped?: string | undefined;
  form(forms: Forms): Promise<Uint8Array>;
}

/** Noise of timings: what ONNX Runtime's quantizer makes may be this much faster. */
const AS_FAST = 1 / 1.05;

/** The float form, and what ONNX Runtime's own quantizer makes of it where there are rows for its ranges. */
export function peersOf(subject: Subject, python: ReturnType<typeof pythonQuantizer>): readonly Peer[] {
  const { goalRatio, goalShare, calibration } = subject;
  const float: Peer = { name: 'float', goalRatio, goalShare, form: async (forms) => forms.float };
  if (calibration === undefined) return [float];
  const made: Peer = {
    ...{ name: 'onnxruntime', goalRatio: AS_FAST },
    ...('missing' in python ? { skipped: python.missing } : {}),
    form: async (forms) => pythonForm('command' in python ? python.command : '', forms.float, await calibration()),
  };
  return [float, made];
}
