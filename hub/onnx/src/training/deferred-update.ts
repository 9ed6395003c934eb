import { GraphBuilder } from '../graph/graph-builder.ts';
import { pruneModel } from '../graph/prune.ts';
import { gradientPiece } from './gradient-piece.ts';
import type { GradientSource } from './gradient-source.ts';
import { addOptimizer, type OptimizerOptions } from './optimizers/add-optimizer.ts';
import { averageWeights } from './optimizers/average-weights.ts';
import { OptimizerContext } from './optimizers/optimizer-context.ts';
import type { DeferredUpdate, StateTensor } from './training-graph.ts';

export interface DeferredUpdateOptions {
  readonly optimizer: OptimizerOptions;
  readonly averageDecay: number | undefined;
  readonly isDecayed: boolean;
  readonly isClipped: boolean;
  readonly source: GradientSource;
  /** Operator set of the training graph. */
  readonly opset: number | undefined;
}

const WEIGHT = 'weight';
const ENTRIES = ['entries'];

/** The step of an optimizer for some consecutive entries of one weight, as a graph of its own. */
export function deferredUpdate(options: DeferredUpdateOptions): DeferredUpdate {
  const { optimizer, averageDecay, isDecayed, isClipped, source, opset } = options;
  const graph = new GraphBuilder({ name: 'update', ...(opset === undefined ? {} : { opset }) });
  const learningRate = graph.input('learning_rate', 'float32', []);
  const input = graph.input(WEIGHT, 'float32', ENTRIES);
  const gradient = gradientPiece(graph, source);
  const scale = isClipped ? graph.input('gradient_scale', 'float32', []) : undefined;
  const scaled = scale === undefined ? gradient : graph.node('Mul', [gradient, scale]);
  const parameter = { name: WEIGHT, input, dims: [], shape: ENTRIES, initial: new Float32Array() };
  const context = new OptimizerContext(graph, [{ ...parameter, gradient: scaled }], learningRate);
  const step = addOptimizer(context, { ...optimizer, decayed: isDecayed ? 'all' : [] });
  const updated = { ...parameter, kind: 'weight', output: step.weights[0] ?? input } as const;
  const averages = averageDecay === undefined ? [] : averageWeights(graph, [updated], averageDecay);
  const state = [updated, ...step.state, ...averages];
  const own = state.filter(isOwn);
  for (const { output } of own) graph.output(output, 'float32', ENTRIES);
  return {
    model: pruneModel(graph.build()),
    learningRate,
    ...(scale === undefined ? {} : { gradientScale: scale }),
    gradient: source.kind,
    shared: state.filter((tensor) => !isOwn(tensor)).map((tensor) => ({ name: tensor.name, input: tensor.input })),
    own: own.map(({ name, kind, input: port, output }) => {
      return { prefix: name.slice(0, -WEIGHT.length), kind, input: port, output };
    }),
  };
}

/** What an optimizer keeps of a weight has the weight's name behind its own. */
function isOwn({ name }: Pick<StateTensor, 'name'>): boolean {
  return name === WEIGHT || name.endsWith(`/${WEIGHT}`);
}
