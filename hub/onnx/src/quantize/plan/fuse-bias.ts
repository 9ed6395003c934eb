import { type Model, type Node, newNode, withGraph } from '../../format/messages.ts';
import { consumersOf, sortNodes } from '../../graph/topology.ts';
import { type InferredTypes, inferTypes } from '../../shape/infer-types.ts';
import { nodeName } from './node-name.ts';

/**
 * Turns MatMul and the Add of a bias behind it into one Gemm, the form whose bias and output can be integers.
 *
 * The Gemm keeps the MatMul's name and the Add's output. Only for matrices and a bias [column].
 */
export function fuseBias(model: Model): Model {
  const { graph } = model;
  const types = inferTypes(model);
  const consumers = consumersOf(graph.node);
  const outputs = new Set(graph.output.map(({ name }) => name));
  const fused = new Map<Node, Node | undefined>();
  for (const node of sortNodes(graph.node)) {
    if (node.opType !== 'MatMul' || node.domain) continue;
    const [product = ''] = node.output;
    const [add, ...others] = consumers.get(product) ?? [];
    if (!add || others.length > 0 || outputs.has(product)) continue;
    const bias = biasOf(node, add, types);
    if (bias === undefined) continue;
    fused.set(add, newNode({ name: nodeName(node), opType: 'Gemm', input: [...node.input, bias], output: add.output }));
    fused.set(node, undefined);
  }
  if (fused.size === 0) return model;
  const node = graph.node.flatMap((entry) => {
    const replacement = fused.has(entry) ? fused.get(entry) : entry;
    return replacement ? [replacement] : [];
  });
  return withGraph(model, { node });
}

function biasOf(matMul: Node, add: Node, types: InferredTypes): string | undefined {
  if (add.opType !== 'Add' || add.domain) return undefined;
  const [product = ''] = matMul.output;
  const [left, right] = matMul.input.map((value) => types.typeOf(value).dims);
  const bias = add.input.find((value) => value !== product);
  if (left?.length !== 2 || right?.length !== 2 || bias === undefined) return undefined;
  const { type, dims } = types.typeOf(bias);
  const isRow = dims?.length === 1 && dims[0] === right[1] && typeof right[1] === 'number';
  return isRow && type === 'float32' && types.constants.has(bias) ? bias : undefined;
}
