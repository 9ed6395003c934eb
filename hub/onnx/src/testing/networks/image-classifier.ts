import { GraphBuilder } from '../../graph/graph-builder.ts';
import { randomFloat32, seededRandom } from '../random-tensors.ts';
import { batchNorm, dense, labelsOf, type PeerNetwork, weight } from './peer-network.ts';

/** Twice convolution, batch normalization, ReLU and pooling, then a dense layer. */
export function imageClassifier(): PeerNetwork {
  const graph = new GraphBuilder();
  const random = seededRandom(32);
  graph.input('x', 'float32', ['batch', 1, 12, 12]);
  const block = (name: string, x: string, [from, to]: readonly [number, number]): string => {
    // Batch normalization takes a bias of the convolution away again.
    const kernel = weight(graph, random, `${name}_w`, [to, from, 3, 3]);
    const filtered = graph.node('Conv', [x, kernel], { kernel_shape: [3, 3], pads: [1, 1, 1, 1] });
    const active = graph.node('Relu', [batchNorm(graph, random, name, filtered, to)]);
    return graph.node('MaxPool', [active], { kernel_shape: [2, 2], strides: [2, 2] });
  };
  const pooled = block('second', block('first', 'x', [1, 6]), [6, 8]);
  const flat = graph.node('Flatten', [pooled]);
  graph.output(dense(graph, random, 'head', flat, [72, 4], 'logits'), 'float32', ['batch', 4]);
  return {
    model: graph.build(),
    x: randomFloat32(random, [8, 1, 12, 12]),
    labels: labelsOf(8, 4),
    python: `
    for name in ('first', 'second'):
        x = F.conv2d(x, p[name + '_w'], padding=1)
        x = batch_norm(x, name)
        x = F.max_pool2d(F.relu(x), 2)
    return F.linear(x.flatten(1), p['head_w'], p['head_b'])
`,
  };
}
