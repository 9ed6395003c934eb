import type { Model, TrainingOptions } from '@edgeloop/onnx';
import { type BackendChoice, useBackend } from '../../tensorflow/use-backend.ts';
import type { TrainingEngine, TrainingStep } from '../../trainer/training-step.ts';
import { LayersStep, type StepLayers } from './layers-step.ts';

/** Trains networks of layers with TensorFlow.js. */
export class TfjsEngine implements TrainingEngine {
  readonly name: string;
  readonly #network: StepLayers;

  private constructor(name: string, network: StepLayers) {
    this.name = name;
    this.#network = network;
  }

  /** @throws OutsideError ENGINE_MISSING with what to install */
  static async start(network: StepLayers, backend: BackendChoice): Promise<TfjsEngine> {
    return new TfjsEngine(await useBackend(backend), network);
  }

  open(forward: Model, options: TrainingOptions): Promise<TrainingStep> {
    return LayersStep.open(this.#network, forward, options);
  }
}
