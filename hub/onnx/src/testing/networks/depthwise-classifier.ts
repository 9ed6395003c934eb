import { GraphBuilder } from '../../graph/graph-builder.ts';
import { scalar } from '../../tensor/tensor.ts';
import { randomFloat32, seededRandom } from '../random-tensors.ts';
import { batchNorm, dense, labelsOf, type PeerNetwork, weight } from './peer-network.ts';

/** A small MobileNet: a convolution, two depthwise-separable ones, the mean over the image, a dense layer. */
export function depthwiseClassifier(): PeerNetwork {
  const graph = new GraphBuilder();
  const random = seededRandom(33);
  graph.input('x', 'float32', ['batch', 3, 16, 16]);
  const limits = [graph.constant(scalar(0)), graph.constant(scalar(6))];
  const layer = (name: string, x: string, dims: readonly number[], stride: number, group = 1): string => {
    const [channels = 1, , size = 1] = dims;
    const pad = (size - 1) / 2;
    const attributes = { kernel_shape: [size, size], pads: [pad, pad, pad, pad], strides: [stride, stride], group };
    const filtered = graph.node('Conv', [x, weight(graph, random, `${name}_w`, dims)], attributes);
    return graph.node('Clip', [batchNorm(graph, random, name, filtered, channels), ...limits]);
  };
  const stem = layer('stem', 'x', [8, 3, 3, 3], 2);
  const first = layer('point0', layer('depth0', stem, [8, 1, 3, 3], 1, 8), [12, 8, 1, 1], 1);
  const second = layer('point1', layer('depth1', first, [12, 1, 3, 3], 2, 12), [16, 12, 1, 1], 1);
  const flat = graph.node('Flatten', [graph.node('GlobalAveragePool', [second])]);
  graph.output(dense(graph, random, 'head', flat, [16, 4], 'logits'), 'float32', ['batch', 4]);
  return {
    model: graph.build(),
    x: randomFloat32(random, [6, 3, 16, 16]),
    labels: labelsOf(6, 4),
    python: `
    for name, stride, groups in (('stem', 2, 1), ('depth0', 1, 8), ('point0', 1, 1), ('depth1', 2, 12), ('point1', 1, 1)):
        w = p[name + '_w']
        x = F.conv2d(x, w, stride=stride, padding=w.shape[2] // 2, groups=groups)
        x = F.relu6(batch_norm(x, name))
    return F.linear(x.mean((2, 3)), p['head_w'], p['head_b'])
`,
  };
}
