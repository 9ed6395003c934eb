import { RequestError } from '../errors.ts';
import type { TrainedVersion, VersionRecord } from './model-store.ts';

/** @throws RequestError CONFLICT for an uploaded version, saying what to do instead */
export function requireRelease(record: VersionRecord): asserts record is TrainedVersion {
  if (record.origin === 'run') return;
  const name = `${record.model}@${record.version}`;
  throw new RequestError(
    'CONFLICT',
    `version ${name} was uploaded and has no signed release, which devices ask for; train a version from it with "edgeloop train MODEL --from ${name} --dataset DATASET"`,
  );
}
