import { type Kysely, Migrator } from 'kysely';
import { OutsideError } from '../errors.ts';
import type { Database } from './database.ts';
import { initial } from './migrations/0001-initial.ts';
import { trainingProgress } from './migrations/0002-training-progress.ts';
import { uploads } from './migrations/0003-uploads.ts';
import { quantizations } from './migrations/0004-quantizations.ts';
import { variantTests } from './migrations/0005-variant-tests.ts';

/** In order; a migration that has been released never changes. */
const MIGRATIONS = {
  '0001-initial': initial,
  '0002-training-progress': trainingProgress,
  '0003-uploads': uploads,
  '0004-quantizations': quantizations,
  '0005-variant-tests': variantTests,
} as const;

/**
 * Brings the schema to the newest form.
 *
 * @throws OutsideError STORAGE_FAILED when the database is newer than this program or a step fails
 */
export async function migrateToLatest(db: Kysely<Database>): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => MIGRATIONS } });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw new OutsideError('STORAGE_FAILED', 'migrate the hub database', { cause: error });
}
