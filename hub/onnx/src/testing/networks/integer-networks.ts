import type { Model } from '../../format/messages.ts';
import { GraphBuilder } from '../../graph/graph-builder.ts';
import { scalar, type TensorOf } from '../../tensor/tensor.ts';
import { randomFloat32, seededRandom } from '../random-tensors.ts';
import { depthwiseClassifier } from './depthwise-classifier.ts';
import { imageClassifier } from './image-classifier.ts';
import { vector, weight } from './peer-network.ts';

/** A network of convolutions with what ONNX Runtime must run of its quantized form. */
export interface IntegerNetwork {
  readonly model: Model;
  readonly x: TensorOf<'float32'>;
  /** Operators of the optimized graph that show that everything works on integers. */
  readonly operators: Readonly<Record<string, number>>;
}

/** Convolutional networks of all kinds that run on integers to the last layer, but for a first one of few inputs. */
export function integerNetworks(): Readonly<Record<string, IntegerNetwork>> {
  const [image, depthwise] = [imageClassifier(), depthwiseClassifier()];
  return {
    'with pooling': {
      model: image.model,
      x: image.x as TensorOf<'float32'>,
      operators: { Conv: 1, MaxPool: 1, QLinearConv: 1, NhwcMaxPool: 1, QGemm: 1, QuantizeLinear: 1 },
    },
    depthwise: {
      model: depthwise.model,
      x: depthwise.x as TensorOf<'float32'>,
      operators: { Conv: 1, QLinearConv: 4, QLinearGlobalAveragePool: 1, QGemm: 1, QuantizeLinear: 1 },
    },
    residual: residual(),
    'of sequences': sequences(),
    'with gates': gated(),
  };
}

class Layers {
  readonly graph: GraphBuilder = new GraphBuilder();
  readonly random: () => number;
  #count = 0;

  constructor(seed: number) {
    this.random = seededRandom(seed);
  }

  conv(x: string, dims: readonly number[], stride = 1, group = 1): string {
    const name = `layer${this.#count++}`;
    const sizes = dims.slice(2);
    const pads = [...sizes, ...sizes].map((size) => (size - 1) / 2);
    const inputs = [x, weight(this.graph, this.random, `${name}_w`, dims)];
    inputs.push(vector(this.graph, this.random, `${name}_b`, dims[0] ?? 1));
    const attributes = { kernel_shape: sizes, pads, strides: sizes.map(() => stride), group };
    return this.graph.node('Conv', inputs, attributes, { name });
  }
}

/** Two residual blocks, the second with a projection, a join of both and an average over windows. */
function residual(): IntegerNetwork {
  const layers = new Layers(41);
  const { graph } = layers;
  graph.input('x', 'float32', ['batch', 4, 16, 16]);
  const relu = (value: string): string => graph.node('Relu', [value]);
  const stem = relu(layers.conv('x', [8, 4, 3, 3]));
  const inner = layers.conv(relu(layers.conv(stem, [8, 8, 3, 3])), [8, 8, 3, 3]);
  const first = relu(graph.node('Add', [inner, stem]));
  const wide = layers.conv(relu(layers.conv(first, [16, 8, 3, 3], 2)), [16, 16, 3, 3]);
  const second = relu(graph.node('Add', [wide, layers.conv(first, [16, 8, 1, 1], 2)]));
  const pooled = graph.node('AveragePool', [first], { kernel_shape: [2, 2], strides: [2, 2] });
  const joined = graph.node('Concat', [second, pooled], { axis: 1 });
  const last = relu(layers.conv(joined, [8, 24, 1, 1]));
  const flat = graph.node('Flatten', [graph.node('GlobalAveragePool', [last])]);
  const head = [weight(graph, layers.random, 'head_w', [8, 4]), vector(graph, layers.random, 'head_b', 4)];
  graph.output(graph.node('Gemm', [flat, ...head], {}, { outputs: ['logits'] }), 'float32', ['batch', 4]);
  return {
    model: graph.build(),
    x: randomFloat32(layers.random, [6, 4, 16, 16]),
    operators: {
      ...{ QLinearConv: 7, QLinearAdd: 2, QLinearAveragePool: 1, QLinearConcat: 1 },
      ...{ QLinearGlobalAveragePool: 1, QGemm: 1, QuantizeLinear: 1 },
    },
  };
}

/** Convolutions over one axis, some in groups, and a product with a matrix for every step. */
function sequences(): IntegerNetwork {
  const layers = new Layers(42);
  const { graph } = layers;
  graph.input('x', 'float32', ['batch', 4, 24]);
  const first = graph.node('Relu', [layers.conv('x', [32, 4, 5])]);
  const second = graph.node('LeakyRelu', [layers.conv(first, [32, 16, 3], 1, 2)], { alpha: { floats: 0.1 } });
  const third = graph.node('Relu', [layers.conv(second, [32, 1, 3], 1, 32)]);
  const steps = graph.node('Transpose', [third], { perm: [0, 2, 1] });
  const matrix = weight(graph, layers.random, 'head_w', [32, 5]);
  graph.output(graph.node('MatMul', [steps, matrix], {}, { outputs: ['logits'] }), 'float32', ['batch', 24, 5]);
  return {
    model: graph.build(),
    x: randomFloat32(layers.random, [6, 4, 24]),
    operators: { QLinearConv: 3, QLinearLeakyRelu: 1, MatMulIntegerToFloat: 1, QuantizeLinear: 1 },
  };
}

/** HardSwish, as an operator and written out, and channels weighed by a gate. */
function gated(): IntegerNetwork {
  const layers = new Layers(43);
  const { graph } = layers;
  graph.input('x', 'float32', ['batch', 4, 12, 12]);
  const first = graph.node('HardSwish', [layers.conv('x', [8, 4, 3, 3])]);
  const second = layers.conv(first, [8, 1, 3, 3], 1, 8);
  const shifted = graph.node('Add', [second, graph.constant(scalar(3))]);
  const clipped = graph.node('Clip', [shifted, graph.constant(scalar(0)), graph.constant(scalar(6))]);
  const swish = graph.node('Div', [graph.node('Mul', [second, clipped]), graph.constant(scalar(6))]);
  const narrow = graph.node('Relu', [layers.conv(graph.node('GlobalAveragePool', [swish]), [4, 8, 1, 1])]);
  const gate = graph.node('HardSigmoid', [layers.conv(narrow, [8, 4, 1, 1])], { alpha: { floats: 0.2 } });
  graph.output(layers.conv(graph.node('Mul', [swish, gate]), [4, 8, 1, 1]), 'float32', ['batch', 4, 12, 12]);
  return {
    model: graph.build(),
    x: randomFloat32(layers.random, [6, 4, 12, 12]),
    operators: { QLinearConv: 5, QLinearAdd: 2, QLinearMul: 3, QLinearGlobalAveragePool: 1, QuantizeLinear: 1 },
  };
}
