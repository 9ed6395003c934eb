import { GraphBuilder } from '../../graph/graph-builder.ts';
import { int64 } from '../../tensor/tensor.ts';
import { seededRandom } from '../random-tensors.ts';
import { dense, labelsOf, type PeerNetwork, tokens, vector, weight } from './peer-network.ts';

const [WORDS, EMBEDDING, CHANNELS, UNITS, CLASSES] = [30, 8, 12, 10, 3];

/** Embedding, convolution along the text, LSTM, and a dense layer over its last state. */
export function textClassifier(): PeerNetwork {
  const graph = new GraphBuilder();
  const random = seededRandom(34);
  graph.input('x', 'int64', ['batch', 20]);
  const embedded = graph.node('Gather', [weight(graph, random, 'table', [WORDS, EMBEDDING]), 'x']);
  const kernel = [weight(graph, random, 'conv_w', [CHANNELS, EMBEDDING, 3]), vector(graph, random, 'conv_b', CHANNELS)];
  const byChannel = graph.node('Transpose', [embedded], { perm: [0, 2, 1] });
  const filtered = graph.node('Conv', [byChannel, ...kernel], { kernel_shape: [3], pads: [1, 1] });
  const steps = graph.node('Transpose', [graph.node('Relu', [filtered])], { perm: [2, 0, 1] });
  const gates = [
    weight(graph, random, 'lstm_w', [1, 4 * UNITS, CHANNELS]),
    weight(graph, random, 'lstm_r', [1, 4 * UNITS, UNITS]),
    graph.node('Unsqueeze', [vector(graph, random, 'lstm_b', 8 * UNITS), graph.constant(int64([0]))]),
  ];
  const names = ['', 'last'];
  graph.node('LSTM', [steps, ...gates], { hidden_size: UNITS }, { outputs: names });
  const last = graph.node('Squeeze', ['last', graph.constant(int64([0]))]);
  graph.output(dense(graph, random, 'head', last, [UNITS, CLASSES], 'logits'), 'float32', ['batch', CLASSES]);
  return {
    model: graph.build(),
    x: tokens(random, 4, 20, WORDS),
    labels: labelsOf(4, CLASSES),
    // ONNX orders the gates i, o, f, c and PyTorch i, f, c, o.
    python: `
    x = F.embedding(x, p['table']).transpose(1, 2)
    x = F.relu(F.conv1d(x, p['conv_w'], p['conv_b'], padding=1)).permute(2, 0, 1)
    def reordered(gates):
        i, o, f, c = gates.chunk(4)
        return torch.cat([i, f, c, o])
    b = p['lstm_b'].chunk(2)
    weights = [reordered(p['lstm_w'][0]), reordered(p['lstm_r'][0]), reordered(b[0]), reordered(b[1])]
    zeros = torch.zeros(1, x.shape[1], ${UNITS})
    _, last, _ = torch._VF.lstm(x, (zeros, zeros), weights, True, 1, 0.0, True, False, False)
    return F.linear(last[0], p['head_w'], p['head_b'])
`,
  };
}
