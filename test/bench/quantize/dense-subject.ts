import { GraphBuilder, type Model, type TensorOf } from '@edgeloop/onnx';
import { randomTensor, seededRandom } from './random-tensor.ts';
import { staticForms } from './static-forms.ts';
import type { Subject } from './subject.ts';

const WIDTH = 1024;
const LAYERS = 4;
/** So many that multiplying takes the time, and not fetching the weights. */
const ROWS = 64;

/** `dense`: layers of 1024 x 1024 with ReLU between them, 64 rows at once. */
export function denseSubject(): Subject {
  const x = (seed: number): TensorOf<'float32'> => randomTensor(seededRandom(seed), [ROWS, WIDTH]);
  const batches = [{ x: x(2) }, { x: x(3) }];
  return {
    ...{ name: 'dense', rows: ROWS, goalRatio: 3.5, goalShare: 0.27 },
    feeds: async () => ({ x: x(1) }),
    forms: () => staticForms(denseLayers(), batches),
    calibration: async () => batches,
  };
}

function denseLayers(): Model {
  const graph = new GraphBuilder();
  const random = seededRandom(11);
  let value = graph.input('x', 'float32', ['batch', WIDTH]);
  for (let layer = 0; layer < LAYERS; layer++) {
    const weights = graph.initializer(`w${layer}`, randomTensor(random, [WIDTH, WIDTH], Math.sqrt(6 / WIDTH)));
    const bias = graph.initializer(`b${layer}`, randomTensor(random, [WIDTH], 0.1));
    value = graph.node('Gemm', [value, weights, bias]);
    if (layer < LAYERS - 1) value = graph.node('Relu', [value]);
  }
  return graph.output(value, 'float32', ['batch', WIDTH]).build();
}
