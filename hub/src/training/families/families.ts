import type { Family as FamilyName } from '../../store/recipe/families.ts';
import { autoencoder } from './autoencoder.ts';
import { cnn } from './cnn.ts';
import type { Family } from './family.ts';
import { fusion } from './fusion.ts';
import { linear } from './linear.ts';
import { mlp } from './mlp.ts';
import { mobileCnn } from './mobile-cnn.ts';
import { sensorCnn } from './sensor-cnn.ts';
import { sensorGru } from './sensor-gru.ts';
import { textCnnLstm } from './text-cnn-lstm.ts';
import { textLinear } from './text-linear.ts';

/** Families whose layers follow from the data and the recipe's settings. */
export type BuiltInFamily = Exclude<FamilyName, 'auto' | 'layers' | 'fine-tune'>;

/** Builders of all families that need no file. */
export const FAMILY_BUILDERS: Readonly<Record<BuiltInFamily, Family>> = {
  logistic: linear,
  linear,
  mlp,
  cnn,
  'mobile-cnn': mobileCnn,
  'text-linear': textLinear,
  'text-cnn-lstm': textCnnLstm,
  'sensor-cnn': sensorCnn,
  'sensor-gru': sensorGru,
  autoencoder,
  fusion,
};
