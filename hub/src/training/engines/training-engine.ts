import { RequestError } from '../../errors.ts';
import type { GraphEngine } from '../../graph-engine.ts';
import type { Recipe } from '../../store/recipe/recipe.ts';
import type { Network } from '../network/network.ts';
import type { TrainingEngine } from '../trainer/training-step.ts';
import { OrtTrainingEngine } from './ort/ort-training-engine.ts';

/**
 * The engine that a recipe asks for.
 *
 * @throws RequestError INVALID_INPUT when it cannot train the network; OutsideError ENGINE_MISSING with what to install
 */
export async function trainingEngine(
  { engine, tfjsBackend: wanted }: Pick<Recipe, 'engine' | 'tfjsBackend'>,
  { layers, parts }: Pick<Network, 'layers' | 'parts'>,
  graphEngine: GraphEngine,
): Promise<TrainingEngine> {
  if (engine === 'ort') return new OrtTrainingEngine(graphEngine);
  if (layers === undefined) {
    throw new RequestError(
      'INVALID_INPUT',
      'engine tfjs trains layers of TensorFlow.js, got an ONNX model to start from',
    );
  }
  const { TfjsEngine } = await import('./tfjs/tfjs-engine.ts');
  return TfjsEngine.start({ layers, parts }, { wanted });
}
