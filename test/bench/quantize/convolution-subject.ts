import { GraphBuilder, type Model, type TensorOf } from '@edgeloop/onnx';
import { randomTensor, seededRandom } from './random-tensor.ts';
import { staticForms } from './static-forms.ts';
import type { Subject } from './subject.ts';

const CHANNELS = 64;
const LAYERS = 6;
const SIZE = 28;

/** `conv`: 3 x 3 convolutions of 64 channels with ReLU on one image of 28 x 28. */
export function convolutionSubject(): Subject {
  const x = (seed: number): TensorOf<'float32'> => randomTensor(seededRandom(seed), [1, CHANNELS, SIZE, SIZE]);
  const batches = [{ x: x(2) }, { x: x(3) }];
  return {
    ...{ name: 'conv', rows: 1, goalRatio: 2.5, goalShare: 0.27 },
    feeds: async () => ({ x: x(1) }),
    forms: () => staticForms(convolutions(), batches),
    calibration: async () => batches,
  };
}

function convolutions(): Model {
  const graph = new GraphBuilder();
  const random = seededRandom(12);
  const spread = Math.sqrt(6 / (9 * CHANNELS));
  let value = graph.input('x', 'float32', [1, CHANNELS, SIZE, SIZE]);
  for (let layer = 0; layer < LAYERS; layer++) {
    const weights = graph.initializer(`w${layer}`, randomTensor(random, [CHANNELS, CHANNELS, 3, 3], spread));
    const bias = graph.initializer(`b${layer}`, randomTensor(random, [CHANNELS], 0.1));
    const filtered = graph.node('Conv', [value, weights, bias], { kernel_shape: [3, 3], pads: [1, 1, 1, 1] });
    value = graph.node('Relu', [filtered]);
  }
  return graph.output(value, 'float32', [1, CHANNELS, SIZE, SIZE]).build();
}
