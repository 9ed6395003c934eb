import type { Model } from '@edgeloop/onnx';
import type { GraphEngine } from '../../../graph-engine.ts';
import type { TrainingEngine, TrainingStep, TrainingStepOptions } from '../../trainer/training-step.ts';
import { GraphStep } from './graph-step.ts';

/** Trains any graph that can be differentiated, as a graph. */
export class OrtTrainingEngine implements TrainingEngine {
  readonly #engine: GraphEngine;

  constructor(engine: GraphEngine) {
    this.#engine = engine;
  }

  get name(): string {
    return this.#engine.name;
  }

  open(forward: Model, options: TrainingStepOptions): Promise<TrainingStep> {
    return GraphStep.open(this.#engine, forward, options);
  }
}
