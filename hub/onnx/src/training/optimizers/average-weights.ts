import type { GraphBuilder } from '../../graph/graph-builder.ts';
import { scalar } from '../../tensor/tensor.ts';
import type { StateTensor } from '../training-graph.ts';
import { requireShare } from './optimizer-context.ts';

/** Name of the state that holds the moving average of a weight. */
export function averageName(weight: string): string {
  return `average/${weight}`;
}

/**
 * Adds an exponential moving average of every weight: a + (1 - decay) (w - a), from the weights before the first step.
 *
 * @see Polyak and Juditsky, Acceleration of stochastic approximation by averaging
 */
export function averageWeights(graph: GraphBuilder, weights: readonly StateTensor[], decay: number): StateTensor[] {
  requireShare('averageDecay', decay);
  const share = graph.constant(scalar(1 - decay));
  return weights.map(({ name, output, dims, initial }) => {
    const input = graph.freshInput(`${name}_average`, 'float32', dims);
    const change = graph.node('Mul', [graph.node('Sub', [output, input]), share]);
    const next = graph.node('Add', [input, change]);
    return { name: averageName(name), kind: 'average', input, output: next, dims, initial };
  });
}

/**
 * The state with every weight replaced by its average, for `applyState`.
 *
 * Weights without an average, and statistics, stay as they are.
 */
export function averagedState(state: ReadonlyMap<string, Float32Array>): Map<string, Float32Array> {
  return new Map([...state].map(([name, values]) => [name, state.get(averageName(name)) ?? values]));
}
