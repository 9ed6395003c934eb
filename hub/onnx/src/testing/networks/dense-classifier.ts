import { GraphBuilder } from '../../graph/graph-builder.ts';
import { randomFloat32, seededRandom } from '../random-tensors.ts';
import { dense, labelsOf, type PeerNetwork } from './peer-network.ts';

/** Three dense layers with two kinds of activation. */
export function denseClassifier(): PeerNetwork {
  const graph = new GraphBuilder();
  const random = seededRandom(31);
  graph.input('x', 'float32', ['batch', 20]);
  const first = graph.node('Relu', [dense(graph, random, 'first', 'x', [20, 32])]);
  const second = graph.node('Tanh', [dense(graph, random, 'second', first, [32, 16])]);
  graph.output(dense(graph, random, 'head', second, [16, 5], 'logits'), 'float32', ['batch', 5]);
  return {
    model: graph.build(),
    x: randomFloat32(random, [16, 20]),
    labels: labelsOf(16, 5),
    python: `
    x = F.relu(F.linear(x, p['first_w'], p['first_b']))
    x = torch.tanh(F.linear(x, p['second_w'], p['second_b']))
    return F.linear(x, p['head_w'], p['head_b'])
`,
  };
}
