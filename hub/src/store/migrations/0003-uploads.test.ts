import SqliteDatabase from 'better-sqlite3';
import { Kysely, SqliteDialect } from 'kysely';
import { expect, test } from 'vitest';
import type { Database } from '../database.ts';
import { ModelStore, type UploadedVersion } from '../model-store.ts';
import { initial } from './0001-initial.ts';
import { trainingProgress } from './0002-training-progress.ts';
import { uploads } from './0003-uploads.ts';

test('versions from before uploads are versions of runs, trained from scratch', async () => {
  const db = new Kysely<Database>({ dialect: new SqliteDialect({ database: new SqliteDatabase(':memory:') }) });
  const untyped = db as unknown as Kysely<unknown>;
  await initial.up(untyped);
  await trainingProgress.up(untyped);
  const old = { model: 'pump', version: 1, releaseDigest: 'ab', variants: [], lineage: { runId: 'run-1' } };
  const evaluation = { confusion: [], balancedAccuracy: 1 };
  const row = { model: 'pump', version: 1, release_digest: 'ab', created_ms: 5 };
  await db
    .insertInto('versions')
    .values({ ...row, record: JSON.stringify({ ...old, evaluation }) })
    .execute();
  await uploads.up(untyped);
  const [version] = await new ModelStore(db).listVersions('pump');
  const lineage = { runId: 'run-1', from: null };
  expect(version).toMatchObject({ ...old, evaluation, origin: 'run', upload: null, lineage });
  const uploaded = { ...version, version: 2, releaseDigest: null, createdMs: 6 };
  await new ModelStore(db).addVersion(uploaded as unknown as UploadedVersion);
  expect(await new ModelStore(db).nextVersion('pump')).toBe(3);
  await db.destroy();
});
