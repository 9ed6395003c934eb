import { GraphBuilder } from '../../graph/graph-builder.ts';
import { int64, scalar } from '../../tensor/tensor.ts';
import { seededRandom } from '../random-tensors.ts';
import { dense, labelsOf, type PeerNetwork, tokens, vector, weight } from './peer-network.ts';

const [WORDS, LENGTH, WIDTH, HEADS, INNER, CLASSES] = [25, 7, 16, 4, 32, 3];

/** Embedding with positions, one encoder block with the norms in front, the mean over the text, a dense layer. */
export function transformerClassifier(): PeerNetwork {
  const graph = new GraphBuilder();
  const random = seededRandom(35);
  graph.input('x', 'int64', ['batch', LENGTH]);
  const embedded = graph.node('Gather', [weight(graph, random, 'table', [WORDS, WIDTH]), 'x']);
  const placed = graph.node('Add', [embedded, weight(graph, random, 'positions', [LENGTH, WIDTH])]);
  const attended = graph.node('Add', [placed, attention(graph, random, norm(graph, random, 'norm0', placed))]);
  const wide = graph.node('Gelu', [
    linear(graph, random, 'wide', norm(graph, random, 'norm1', attended), [WIDTH, INNER]),
  ]);
  const encoded = graph.node('Add', [attended, linear(graph, random, 'narrow', wide, [INNER, WIDTH])]);
  const mean = graph.node('ReduceMean', [encoded, graph.constant(int64([1]))], { keepdims: 0 });
  graph.output(dense(graph, random, 'head', mean, [WIDTH, CLASSES], 'logits'), 'float32', ['batch', CLASSES]);
  return {
    model: graph.build(),
    x: tokens(random, 5, LENGTH, WORDS),
    labels: labelsOf(5, CLASSES),
    python: `
    def norm(x, name): return F.layer_norm(x, (${WIDTH},), p[name + '_scale'], p[name + '_bias'])
    def linear(x, name): return x @ p[name + '_w'] + p[name + '_b']
    def heads(x): return x.view(x.shape[0], ${LENGTH}, ${HEADS}, -1).transpose(1, 2)
    x = F.embedding(x, p['table']) + p['positions']
    n = norm(x, 'norm0')
    q, k, v = heads(linear(n, 'query')), heads(n @ p['key_w']), heads(linear(n, 'value'))
    a = torch.softmax(q @ k.transpose(2, 3) / ${WIDTH / HEADS} ** 0.5, -1) @ v
    x = x + linear(a.transpose(1, 2).reshape(x.shape), 'attended')
    x = x + linear(F.gelu(linear(norm(x, 'norm1'), 'wide')), 'narrow')
    return F.linear(x.mean(1), p['head_w'], p['head_b'])
`,
  };
}

function norm(graph: GraphBuilder, random: () => number, name: string, x: string): string {
  const parameters = [vector(graph, random, `${name}_scale`, WIDTH, 1), vector(graph, random, `${name}_bias`, WIDTH)];
  return graph.node('LayerNormalization', [x, ...parameters], { axis: -1 });
}

type Sizes = readonly [inputs: number, outputs: number];

function linear(graph: GraphBuilder, random: () => number, name: string, x: string, sizes: Sizes): string {
  const product = graph.node('MatMul', [x, weight(graph, random, `${name}_w`, sizes)]);
  return graph.node('Add', [product, vector(graph, random, `${name}_b`, sizes[1])]);
}

function attention(graph: GraphBuilder, random: () => number, x: string): string {
  const square: Sizes = [WIDTH, WIDTH];
  const heads = (value: string, perm: readonly number[]): string => {
    const split = graph.node('Reshape', [value, graph.constant(int64([0, 0, HEADS, WIDTH / HEADS]))]);
    return graph.node('Transpose', [split], { perm });
  };
  const query = heads(linear(graph, random, 'query', x, square), [0, 2, 1, 3]);
  // A bias of the keys would shift all scores of a query alike, which Softmax takes away again.
  const key = heads(graph.node('MatMul', [x, weight(graph, random, 'key_w', square)]), [0, 2, 3, 1]);
  const value = heads(linear(graph, random, 'value', x, square), [0, 2, 1, 3]);
  const scores = graph.node('Mul', [
    graph.node('MatMul', [query, key]),
    graph.constant(scalar(1 / Math.sqrt(WIDTH / HEADS))),
  ]);
  const mixed = graph.node('MatMul', [graph.node('Softmax', [scores], { axis: -1 }), value]);
  const joined = graph.node('Reshape', [
    graph.node('Transpose', [mixed], { perm: [0, 2, 1, 3] }),
    graph.constant(int64([0, 0, WIDTH])),
  ]);
  return linear(graph, random, 'attended', joined, square);
}
