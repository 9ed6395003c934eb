import { RequestError } from '../../errors.ts';
import type { GraphEngine } from '../../graph-engine.ts';
import type { ModelRows } from '../../store/model-rows.ts';
import type { Recipe } from '../../store/recipe/recipe.ts';
import { fineTuned } from '../fine-tuning/fine-tuned.ts';
import { tableRows } from '../fine-tuning/table-rows.ts';
import type { LayersFile } from '../layers/layers-file.ts';
import type { SeededRandom } from '../seeded-random.ts';
import type { Objective } from '../trainer/objective.ts';
import type { Network } from './network.ts';

/** Files that a recipe starts from. */
export interface RecipeFiles {
  /** File of the version that a recipe of family fine-tune starts from. */
  readonly base?: Uint8Array | undefined;
  /** Layers that a recipe of family layers brings. */
  readonly layers?: LayersFile | undefined;
}

export interface NetworkInput extends RecipeFiles {
  readonly recipe: Recipe;
  readonly train: ModelRows;
  readonly objective: Objective;
  readonly random: SeededRandom;
  readonly engine: GraphEngine;
}

/**
 * The network of a recipe with its first weights, fitted to the rows it will learn from.
 *
 * @throws RequestError INVALID_INPUT when the recipe asks for what data or base model cannot do
 */
export async function makeNetwork(input: NetworkInput): Promise<Network> {
  const { recipe, train, objective, random, engine, base } = input;
  if (recipe.family !== 'fine-tune') {
    // TensorFlow.js is loaded where layers are needed, and not by every worker.
    const { layersNetwork } = await import('./layers-network.ts');
    return layersNetwork({ recipe, train, objective, random, file: input.layers });
  }
  if (base) return fineTuned({ base, recipe, train: tableRows(train), random, engine });
  throw new RequestError('INVALID_INPUT', 'fine-tuning: expected the file of a model to start from, got none');
}
