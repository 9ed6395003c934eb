import { float32, GraphBuilder, type Model, scalar } from '@edgeloop/onnx';
import type { FeatureScaling } from '../feature-scaling.ts';
import { DenseLayers } from '../layers/dense-layers.ts';
import { NETWORK_VALUES, type Network } from '../network.ts';
import type { SeededRandom } from '../seeded-random.ts';

/** Scaled features beyond this are cut off; with the inverse sine it is reached 1,490 deviations from the median. */
const LARGEST_SCALED = 8;

export interface MlpShape {
  readonly hidden: readonly number[];
  /** Share of the units behind each hidden layer that a step leaves out. */
  readonly dropout: number;
  readonly classes: number;
}

/** Dense layers with ReLU behind robustly scaled number columns. */
export function mlp(
  { hidden, dropout, classes }: MlpShape,
  scaling: readonly FeatureScaling[],
  random: SeededRandom,
): Network {
  const features = scaling.length;
  const graph = new GraphBuilder({ name: 'mlp' });
  graph.input(NETWORK_VALUES.prepared, 'float32', ['batch', features]);
  const layers = new DenseLayers(graph, random, dropout);
  layers.stack(NETWORK_VALUES.prepared, [features, ...hidden, classes], NETWORK_VALUES.logits);
  return {
    preparation: scaled(scaling),
    preparedDims: [features],
    core: graph.output(NETWORK_VALUES.logits, 'float32', ['batch', classes]).build(),
  };
}

function scaled(scaling: readonly FeatureScaling[]): Model {
  const graph = new GraphBuilder({ name: 'preparation' });
  const { features, prepared } = NETWORK_VALUES;
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
  graph.node('Clip', [squashed, ...limits], {}, { outputs: [prepared] });
  return graph.output(prepared, 'float32', ['batch', scaling.length]).build();
}
