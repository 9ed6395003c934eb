import type { DatasetRecord } from '../store/dataset-store.ts';
import type { JobRecord } from '../store/job-store.ts';
import type { RecipeInput } from '../store/recipe/recipe.ts';
import type { RunRecord } from '../store/run-store.ts';
import { trainJobSpec } from '../training/train-job.ts';
import { importDiabetes } from './real-data.ts';
import type { WorkerHub } from './worker-hub.ts';

/** Hands a training on the medical data to the hub's worker, and waits for its end. */
export async function trainDiabetes(hub: WorkerHub, recipe: RecipeInput): Promise<JobRecord> {
  const { description, canonicalBytes } = await importDiabetes();
  await hub.blobs.put(canonicalBytes);
  const about = { name: 'diabetes', version: 1, createdMs: 0, origin: 'file', parents: [], cleaning: [] };
  const data: DatasetRecord = { ...about, ...description };
  const run: RunRecord = {
    ...{ id: 'run-1', model: 'm', state: 'training', recipe: { ...recipe }, seed: 3, jobId: null, results: {} },
    ...{ dataset: { name: 'diabetes', version: 1, digest: data.digest }, heldOut: null, recentFromRow: null },
    ...{ version: null, cause: { kind: 'request', ref: 'test' }, error: null, createdMs: 0, updatedMs: 0 },
  };
  const end = hub.nextEnd();
  await hub.enqueue('train', trainJobSpec(run, data));
  return end;
}
