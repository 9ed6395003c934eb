import { GraphBuilder, type Model } from '@edgeloop/onnx';
import { RequestError } from '../../errors.ts';
import type { ModelRows } from '../../store/model-rows.ts';
import type { Recipe } from '../../store/recipe/recipe.ts';
import { customLayers } from '../families/custom-layers.ts';
import { FAMILY_BUILDERS } from '../families/families.ts';
import { setFirstWeights } from '../families/first-weights.ts';
import { layersCore } from '../layers/layers-core.ts';
import type { LayersFile } from '../layers/layers-file.ts';
import { fitPreparation } from '../preparation/fit-preparation.ts';
import type { Preparation, PreparedPart } from '../preparation/preparation.ts';
import { preparationSettings } from '../recipe/preparation-settings.ts';
import { SeededRandom } from '../seeded-random.ts';
import type { tf } from '../tensorflow/tensorflow.ts';
import type { Objective } from '../trainer/objective.ts';
import { NETWORK_VALUES, type Network } from './network.ts';

export interface LayersNetworkInput {
  readonly recipe: Recipe;
  readonly train: ModelRows;
  readonly objective: Objective;
  /** State of the generator that draws the first weights. */
  readonly random: SeededRandom;
  /** Of family layers. */
  readonly file?: LayersFile | undefined;
}

/**
 * The network of a recipe whose family is made of layers, fitted to the rows it will learn from.
 *
 * @throws RequestError INVALID_INPUT when family, data and layers do not go together
 */
export async function layersNetwork(input: LayersNetworkInput): Promise<Network> {
  const { recipe, train, random } = input;
  const preparation = fitPreparation(train, preparationSettings(recipe), { pixels: recipe.image });
  const seed = random.state;
  const { layers, inputs } = await madeLayers(input, preparation, random);
  const output = outputOf(input.objective);
  const core = layersCore(layers, inputs, preparation, output);
  layers.dispose();
  return {
    preparation: preparation.model,
    preparedDims: preparation.dims,
    parts: preparation.parts,
    core: input.objective.kind === 'reconstruction' ? withTarget(core.model, preparation.dims) : core.model,
    output,
    trainable: core.weights.filter(({ isTrainable }) => isTrainable).map(({ initializer }) => initializer),
    layers: {
      make: async () => (await madeLayers(input, preparation, new SeededRandom(seed))).layers,
      links: core.weights,
      inputs,
    },
  };
}

interface MadeLayers {
  readonly layers: tf.LayersModel;
  /** The part that each input takes. */
  readonly inputs: readonly PreparedPart[];
}

async function madeLayers(
  { recipe, objective, file }: LayersNetworkInput,
  { parts, dims }: Preparation,
  random: SeededRandom,
): Promise<MadeLayers> {
  const { family } = recipe;
  const outputs = outputsOf(objective, dims);
  if (family === 'layers') {
    if (file) return customLayers(file, { parts, outputs, random });
    throw new RequestError('INVALID_INPUT', 'family layers: expected a model.json, got none');
  }
  if (family === 'fine-tune') throw new RequestError('INVALID_INPUT', 'family fine-tune has no layers of its own');
  const layers = FAMILY_BUILDERS[family === 'auto' ? 'mlp' : family]({ parts, settings: recipe, outputs });
  setFirstWeights(layers, random);
  return { layers, inputs: parts };
}

function outputOf({ kind }: Objective): string {
  if (kind === 'classes') return NETWORK_VALUES.logits;
  return kind === 'number' ? NETWORK_VALUES.standardized : NETWORK_VALUES.reconstruction;
}

function outputsOf(objective: Objective, dims: readonly number[]): number {
  if (objective.kind === 'classes') return objective.classes.length;
  return objective.kind === 'number' ? 1 : dims.reduce((product, dim) => product * dim, 1);
}

/** The core with what its reconstruction is compared with as a value beside. */
function withTarget(core: Model, dims: readonly number[]): Model {
  const graph = GraphBuilder.extend(core);
  const { prepared, reconstructed } = NETWORK_VALUES;
  graph.node(dims.length === 1 ? 'Identity' : 'Flatten', [prepared], {}, { outputs: [reconstructed] });
  return graph.build();
}
