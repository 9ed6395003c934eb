import type { StartRunRequest } from '../api/pipeline-actions.ts';
import { RequestError } from '../errors.ts';
import type { BlobStore } from '../store/blob-store.ts';
import type { DatasetRecord } from '../store/dataset-store.ts';
import { floatFileOf } from '../store/float-file.ts';
import type { BaseVersion } from '../store/model-store.ts';
import type { Recipe } from '../store/recipe/recipe.ts';
import type { Store } from '../store/store.ts';
import { planFineTuning } from '../training/fine-tuning/fine-tuning-plan.ts';
import { checkRecipe } from '../training/recipe/check-recipe.ts';
import { readableColumns } from '../training/recipe/readable-columns.ts';
import { findDataset } from './find-dataset.ts';

/** Finds the versions that runs start from, and looks whether they can, before anything is begun. */
export class BaseVersions {
  readonly #store: Store;
  readonly #blobs: Pick<BlobStore, 'get'>;

  constructor(store: Store, blobs: Pick<BlobStore, 'get'>) {
    this.#store = store;
    this.#blobs = blobs;
  }

  /**
   * The recipe with the version to start from in full. Call inside of the transaction that keeps the run.
   *
   * @throws RequestError NOT_FOUND, INVALID_INPUT when the recipe names another file than the version has
   */
  async resolve(within: Store, recipe: Recipe): Promise<Recipe> {
    return recipe.from === undefined ? recipe : { ...recipe, from: await this.#baseOf(within, recipe.from) };
  }

  /**
   * Reads the model or the layers that a run would start from and plans what would be trained. Slow; do it before the
   * transaction.
   *
   * @throws RequestError NOT_FOUND; INVALID_INPUT with every reason why it cannot be
   */
  async check({ dataset, recipe: input }: Pick<StartRunRequest, 'dataset' | 'recipe'>): Promise<void> {
    const rows = await findDataset(this.#store, dataset);
    const recipe = checkRecipe(input, rows);
    if (recipe.layers) await this.#checkLayers(recipe, recipe.layers, rows);
    if (recipe.from === undefined) return;
    const { digest } = await this.#baseOf(this.#store, recipe.from);
    const columns = recipe.features ?? readableColumns(rows, recipe);
    planFineTuning(await this.#blobs.get(digest), recipe, columns.length);
  }

  async #checkLayers(
    { task, target }: Recipe,
    files: NonNullable<Recipe['layers']>,
    { label, classes }: DatasetRecord,
  ): Promise<void> {
    // TensorFlow.js is loaded by hubs that are asked for layers, and by no others.
    const { checkLayers } = await import('../training/layers/check-layers.ts');
    const model = await this.#blobs.get(files.model);
    const weights = files.weights === undefined ? undefined : await this.#blobs.get(files.weights);
    const known = target === label ? classes.length : undefined;
    await checkLayers({ model, weights }, { outputs: task === 'regression' ? 1 : known });
  }

  async #baseOf(store: Store, from: NonNullable<Recipe['from']>): Promise<BaseVersion> {
    const version = from.version ?? (await store.models.nextVersion(from.model)) - 1;
    const name = `${from.model}@${version}`;
    const record = version === 0 ? undefined : await store.models.findVersion(from.model, version);
    const file = record && floatFileOf(record);
    if (!file)
      throw new RequestError('NOT_FOUND', `no version ${version === 0 ? `of ${from.model}` : name} to start from`);
    if (from.digest === undefined || from.digest === file.digest) {
      return { model: from.model, version, digest: file.digest };
    }
    const message = `recipe: from.digest: the file of ${name} has ${file.digest}, got ${from.digest}`;
    throw new RequestError('INVALID_INPUT', message, { details: { expected: file.digest, got: from.digest } });
  }
}
