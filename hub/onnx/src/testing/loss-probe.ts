import { GraphBuilder } from '../graph/graph-builder.ts';
import type { TensorOf } from '../tensor/tensor.ts';
import { buildTrainingGraph } from '../training/build-training-graph.ts';
import type { LossOptions } from '../training/losses/add-losses.ts';
import { TrainingRun } from './training-run.ts';

type Labels = TensorOf<'int64'> | TensorOf<'float32'>;

export interface ProbedLoss {
  readonly loss: number;
  /** With respect to the output, of its shape. */
  readonly gradient: Float32Array;
}

/** Loss options without the value that is read, which is `y` here. */
export type ProbedOptions = LossOptions extends infer Options
  ? Options extends LossOptions
    ? Omit<Options, 'output'>
    : never
  : never;

/**
 * What losses make of an output, through a training graph.
 *
 * The output is x + w with w = 0 of the same shape; a step of plain descent at rate 1 leaves minus the gradient in w.
 */
export async function probeLosses(
  output: TensorOf<'float32'>,
  [main, ...others]: readonly ProbedOptions[],
  feeds: Readonly<Record<string, Labels>>,
): Promise<ProbedLoss & { readonly parts: readonly number[] }> {
  const graph = new GraphBuilder();
  // Only the batch is open, as in a real network.
  graph.input('x', 'float32', ['batch', ...output.dims.slice(1)]);
  graph.initializer('w', { ...output, data: new Float32Array(output.data.length) });
  graph.node('Add', ['x', 'w'], {}, { outputs: ['y'] });
  const read = (options: ProbedOptions | undefined) => ({ ...options, output: 'y' }) as LossOptions;
  const training = buildTrainingGraph(graph.build(), {
    loss: read(main),
    auxiliaryLosses: others.map(read),
    trainable: ['w'],
    optimizer: { kind: 'sgd' },
  });
  const run = await TrainingRun.start(training);
  const outputs = await run.outputs({ x: output, ...feeds }, 1);
  const value = (name: string): number => Number((outputs[name] as TensorOf<'float32'>).data[0]);
  return {
    loss: value(training.loss),
    parts: training.losses.map(({ loss }) => value(loss)),
    gradient: (run.state().get('w') ?? new Float32Array()).map((entry) => 0 - entry),
  };
}
