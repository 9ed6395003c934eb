import { type Model, type TensorProto, withFields, withGraph } from '../format/messages.ts';
import { Constants } from '../shape/constants.ts';
import { encodeTensor } from '../tensor/encode-tensor.ts';

/**
 * The model with the outputs of its Constant nodes as initializers of the same name, which is where training looks for
 * weights. Constants whose type this package does not read stay nodes.
 */
export function liftConstants(model: Model): Model {
  const { graph } = model;
  const constants = new Constants(graph);
  const lifted: TensorProto[] = [];
  const node = graph.node.filter(({ opType, domain, output, attribute }) => {
    if (opType !== 'Constant' || domain) return true;
    const name = output[0] ?? '';
    const [only] = attribute;
    const value = only?.t ? undefined : constants.get(name);
    if (only?.t) lifted.push(withFields(only.t, { name }));
    else if (value) lifted.push(encodeTensor(name, value));
    else return true;
    return false;
  });
  return lifted.length === 0 ? model : withGraph(model, { node, initializer: [...graph.initializer, ...lifted] });
}
