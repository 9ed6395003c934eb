import { RequestError } from '../errors.ts';
import type { DatasetRecord } from '../store/dataset-store.ts';
import type { Store } from '../store/store.ts';

/** The version of a data set, the newest where none is named. @throws RequestError NOT_FOUND */
export async function findDataset(
  store: Store,
  ref: { name: string; version?: number | undefined },
): Promise<DatasetRecord> {
  const dataset = await store.datasets.find(ref.name, ref.version);
  if (dataset) return dataset;
  const named = ref.version === undefined ? ref.name : `${ref.name}@${ref.version}`;
  throw new RequestError('NOT_FOUND', `no data set ${named}`);
}
