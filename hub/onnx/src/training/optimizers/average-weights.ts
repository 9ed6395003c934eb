import type { GraphBuilder } from '../../graph/graph-builder.ts';
import { scalar } from '../../tensor/tensor.ts';
import type { StateTensor } from '../training-graph.ts';
import { type OptimizerParameter, requireShare } from './optimizer-context.ts';

/** Name of the state that holds the moving average of a weight. */
export function averageName(weight: string): string {
  return `average/${weight}`;
}

/** State beside the averages: how many steps they have seen. */
const COUNT = 'average_count';

/** A weight after the step. */
type AveragedWeight = Pick<StateTensor, 'name' | 'output' | 'dims' | 'initial'> & Pick<OptimizerParameter, 'shape'>;

/**
 * Adds an exponential moving average of every weight, from the weights before the first step: a + share (w - a), where
 * the share of step t = 0, 1, ... is 1 - decay, or 9 / (10 + t) as long as that is more.
 *
 * Early steps thus keep less: 300 steps at 0.999 would else leave three quarters of the average to the first weights.
 *
 * @see Polyak and Juditsky, Acceleration of stochastic approximation by averaging
 * @see TensorFlow, tf.train.ExponentialMovingAverage, num_updates
 */
export function averageWeights(graph: GraphBuilder, weights: readonly AveragedWeight[], decay: number): StateTensor[] {
  requireShare('averageDecay', decay);
  const count = graph.freshInput(COUNT, 'float32', []);
  const early = graph.node('Div', [graph.constant(scalar(9)), graph.node('Add', [count, graph.constant(scalar(10))])]);
  const share = graph.node('Max', [early, graph.constant(scalar(1 - decay))]);
  const averages = weights.map(({ name, output, dims, shape = dims, initial }): StateTensor => {
    const input = graph.freshInput(`${name}_average`, 'float32', shape);
    const change = graph.node('Mul', [graph.node('Sub', [output, input]), share]);
    const next = graph.node('Add', [input, change]);
    return { name: averageName(name), kind: 'average', input, output: next, dims, initial };
  });
  const counted = graph.node('Add', [count, graph.constant(scalar(1))]);
  const state: StateTensor = {
    ...{ name: COUNT, kind: 'average', input: count, output: counted, dims: [], initial: new Float32Array(1) },
  };
  return [...averages, state];
}

/**
 * The state with every weight replaced by its average, for `applyState`.
 *
 * Weights without an average, and statistics, stay as they are.
 */
export function averagedState(state: ReadonlyMap<string, Float32Array>): Map<string, Float32Array> {
  return new Map([...state].map(([name, values]) => [name, state.get(averageName(name)) ?? values]));
}
