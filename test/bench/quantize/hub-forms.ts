import { rmSync } from 'node:fs';
import { chosenForm, type QuantizationView } from '../../rig/chosen-form.ts';
import { RigError } from '../../rig/errors.ts';
import { ServingLoop } from '../../rig/serving-loop.ts';
import type { Forms } from './subject.ts';

/** What the hub says of a version: its forms, and which of them it chose for a kind of device. */
export interface MeasuredVersion {
  readonly model: string;
  readonly variants: readonly { readonly name: string; readonly digest: string; readonly goldenDigest: string }[];
  readonly quantization?: QuantizationView | null | undefined;
}

export interface ChosenForms extends Forms {
  /** Encoded golden vectors of the float form: rows that it was measured on. */
  readonly golden: Uint8Array;
}

/** The profile whose forms are compared: the processors that int8 is made for. */
const PROFILE = 'x86-vnni';

/** Lets a hub of its own make a version, and takes its float form and the one that the hub chose. */
export async function hubForms(makeVersion: (loop: ServingLoop) => Promise<MeasuredVersion>): Promise<ChosenForms> {
  const loop = new ServingLoop();
  try {
    await loop.hub.start();
    return await formsOf(loop, await makeVersion(loop));
  } finally {
    await loop.stop();
    rmSync(loop.folder, { recursive: true, force: true });
  }
}

async function formsOf(loop: ServingLoop, version: MeasuredVersion): Promise<ChosenForms> {
  const { client } = loop;
  const found = chosenForm(version.quantization, PROFILE);
  const variant = (name: string): MeasuredVersion['variants'][number] => {
    const entry = version.variants.find((form) => form.name === name);
    if (entry === undefined) throw new RigError('STAGE_FAILED', `${version.model} has no form ${name}`);
    return entry;
  };
  const [float, chosen] = [variant('float32'), variant(found.name)];
  const blob = (digest: string): Promise<Uint8Array> => client.download(`/blobs/${digest}`);
  return {
    float: await blob(float.digest),
    smaller: await blob(chosen.digest),
    golden: await blob(float.goldenDigest),
    note: `${found.name}: ${found.why}`,
  };
}
