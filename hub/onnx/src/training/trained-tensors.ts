import type { Model } from '../format/messages.ts';
import { forwardPart, weightsOf } from './forward-part.ts';
import { inTrainingMode } from './mode/training-mode.ts';
import type { StateTensor, TrainingOptions } from './training-graph.ts';

/** A state tensor of a training that another engine makes the steps of. */
export type TrainedTensor = Omit<StateTensor, 'input' | 'output'>;

/**
 * What training changes of a graph, as `buildTrainingGraph` would: its weights, the running statistics that follow them,
 * and the count of steps that dropout depends on. What an optimizer keeps is not among them.
 *
 * @throws ModelError NOT_TRAINABLE, OPSET_UNSUPPORTED, EXTERNAL_DATA
 * @throws UsageError VALUE_UNKNOWN
 */
export function trainedTensors(
  forward: Model,
  { loss, trainable }: Pick<TrainingOptions, 'loss' | 'trainable'>,
): TrainedTensor[] {
  const part = forwardPart(forward, [loss.output]);
  const weights = weightsOf(part, trainable);
  const { state } = inTrainingMode(part, new Set(weights.map(({ name }) => name)), 0);
  return [
    ...weights.map(({ name, dims, initial }): TrainedTensor => ({ name, kind: 'weight', dims, initial })),
    ...state.map(({ name, kind, dims, initial }): TrainedTensor => ({ name, kind, dims, initial })),
  ];
}
