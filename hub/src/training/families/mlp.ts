import { float32, GraphBuilder, type Model, scalar } from '@edgeloop/onnx';
import { CLASSIFIER_VALUES } from '../../predict-rows.ts';
import type { FeatureScaling } from '../feature-scaling.ts';
import type { SeededRandom } from '../seeded-random.ts';

/** Names in the graphs of this family. */
export const MLP_VALUES = { ...CLASSIFIER_VALUES, scaled: 'scaled', logits: 'logits' } as const;

/** Scaled features beyond this are cut off; with the inverse sine it is reached 1,490 deviations from the median. */
const LARGEST_SCALED = 8;

export interface MlpShape {
  readonly features: number;
  readonly hidden: readonly number[];
  readonly classes: number;
}

/** Weights by initializer, in the order of the layers. */
export type MlpWeights = ReadonlyMap<string, { readonly dims: readonly number[]; readonly data: Float32Array }>;

/** First weights: uniform by He for the layers in front of a ReLU, by Glorot for the last; biases 0. */
export function initialWeights({ features, hidden, classes }: MlpShape, random: SeededRandom): MlpWeights {
  const weights = new Map<string, { dims: number[]; data: Float32Array }>();
  const sizes = [features, ...hidden, classes];
  for (const [layer, inputs] of sizes.slice(0, -1).entries()) {
    const outputs = sizes[layer + 1] ?? 0;
    const isLast = layer === sizes.length - 2;
    const limit = Math.sqrt(6 / (isLast ? inputs + outputs : inputs));
    const data = Float32Array.from({ length: inputs * outputs }, () => (random.next() * 2 - 1) * limit);
    weights.set(`dense_${layer}_weight`, { dims: [inputs, outputs], data });
    weights.set(`dense_${layer}_bias`, { dims: [outputs], data: new Float32Array(outputs) });
  }
  return weights;
}

/** Preprocessing alone: `features` [batch, features] -> `scaled` of the same shape. */
export function mlpPreprocessing(scaling: readonly FeatureScaling[]): Model {
  const graph = new GraphBuilder({ name: 'preprocessing' });
  addPreprocessing(graph, scaling);
  return graph.output(MLP_VALUES.scaled, 'float32', ['batch', scaling.length]).build();
}

/** The trainable part: `scaled` [batch, features] -> `logits` [batch, classes]. */
export function mlpCore(shape: MlpShape, weights: MlpWeights): Model {
  const graph = new GraphBuilder({ name: 'mlp' });
  graph.input(MLP_VALUES.scaled, 'float32', ['batch', shape.features]);
  addDense(graph, shape, weights);
  return graph.output(MLP_VALUES.logits, 'float32', ['batch', shape.classes]).build();
}

/**
 * The whole model: raw `features` [batch, features], NaN where missing -> `logits` and `probabilities`
 * [batch, classes], `class_index` [batch].
 */
export function mlpModel(shape: MlpShape, weights: MlpWeights, scaling: readonly FeatureScaling[]): Model {
  const graph = new GraphBuilder({ name: 'mlp' });
  addPreprocessing(graph, scaling);
  addDense(graph, shape, weights);
  const { logits, probabilities, classIndex } = MLP_VALUES;
  graph.node('Softmax', [logits], { axis: 1 }, { outputs: [probabilities] });
  graph.node('ArgMax', [logits], { axis: 1, keepdims: 0 }, { outputs: [classIndex] });
  graph.output(logits, 'float32', ['batch', shape.classes]);
  graph.output(probabilities, 'float32', ['batch', shape.classes]);
  return graph.output(classIndex, 'int64', ['batch']).build();
}

function addPreprocessing(graph: GraphBuilder, scaling: readonly FeatureScaling[]): void {
  const { features, scaled } = MLP_VALUES;
  graph.input(features, 'float32', ['batch', scaling.length]);
  const constant = (name: string, values: readonly number[]) => graph.initializer(name, float32(values));
  const fill = constant(
    'feature_fill',
    scaling.map((feature) => feature.fill),
  );
  const center = constant(
    'feature_center',
    scaling.map((feature) => feature.center),
  );
  const inverse = constant(
    'feature_inverse_scale',
    scaling.map((feature) => 1 / feature.scale),
  );
  const known = graph.node('Where', [graph.node('IsNaN', [features]), fill, features]);
  const standard = graph.node('Mul', [graph.node('Sub', [known, center]), inverse]);
  // The inverse sine leaves ordinary readings as they are and keeps the order of wild ones.
  const squashed = graph.node('Asinh', [standard]);
  const limits = [graph.constant(scalar(-LARGEST_SCALED)), graph.constant(scalar(LARGEST_SCALED))];
  graph.node('Clip', [squashed, ...limits], {}, { outputs: [scaled] });
}

function addDense(graph: GraphBuilder, { hidden }: MlpShape, weights: MlpWeights): void {
  for (const [name, { dims, data }] of weights) graph.initializer(name, float32(data, dims));
  let value: string = MLP_VALUES.scaled;
  for (let layer = 0; layer <= hidden.length; layer++) {
    const isLast = layer === hidden.length;
    const inputs = [value, `dense_${layer}_weight`, `dense_${layer}_bias`];
    value = graph.node('Gemm', inputs, {}, isLast ? { outputs: [MLP_VALUES.logits] } : {});
    if (!isLast) value = graph.node('Relu', [value]);
  }
}
