import { RigError } from './errors.ts';

/** What the hub tells of the search for smaller forms of a version, as far as it is looked at here. */
export interface QuantizationView {
  readonly classes: readonly ProfileClassView[];
}

interface ProfileClassView {
  readonly profiles: readonly string[];
  /** Name of the form that devices of these profiles get first. */
  readonly chosen: string;
  readonly why: string;
  readonly steps: readonly {
    readonly rung: string;
    readonly accepted: boolean;
    readonly quality: { readonly drop: number } | null;
  }[];
}

/** The form that a hub chose for a kind of device. */
export interface ChosenForm {
  readonly name: string;
  readonly why: string;
  /** By how much its quality falls below that of float32, as a share: 0.005 are half a point. */
  readonly drop: number;
}

/** @throws RigError STAGE_FAILED where the hub looked for none */
export function chosenForm(quantization: QuantizationView | null | undefined, profile: string): ChosenForm {
  const found = quantization?.classes.find(({ profiles }) => profiles.includes(profile));
  if (found === undefined) throw new RigError('STAGE_FAILED', `no forms were looked for on behalf of ${profile}`);
  const { chosen: name, why, steps } = found;
  // Devices get the first one that met the goals.
  const drop = name === 'float32' ? 0 : steps.find(({ accepted }) => accepted)?.quality?.drop;
  if (drop === undefined) throw new RigError('STAGE_FAILED', `nobody measured form ${name}`);
  return { name, why, drop };
}
