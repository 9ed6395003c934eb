import { UsageError } from '../../../errors.ts';
import { type Model, type Node, withGraph } from '../../../format/messages.ts';
import { GraphBuilder } from '../../../graph/graph-builder.ts';
import { pruneModel } from '../../../graph/prune.ts';
import { renameInNode } from '../../../graph/rename-values.ts';
import { decodeTensor } from '../../../tensor/decode-tensor.ts';
import { encodeTensor } from '../../../tensor/encode-tensor.ts';
import { float32, scalar, type TensorOf, tensor } from '../../../tensor/tensor.ts';

/** 1 for entries that stay, 0 for those that are 0 for good, row-major; by the name of the weight's initializer. */
export type WeightMasks = ReadonlyMap<string, Uint8Array>;

/**
 * The model with its weights behind masks, so that training leaves zeros where they are: what is masked out has no
 * gradient, and whatever an optimizer does to it is not seen.
 *
 * @throws UsageError VALUE_UNKNOWN where a weight is no initializer, ARGUMENT_INVALID where a mask has another size
 */
export function maskWeights(model: Model, masks: WeightMasks): Model {
  const graph = GraphBuilder.rewrite(model);
  const zero = graph.constant(scalar(0), 'masked_out');
  const masked = new Map<string, string>();
  for (const [name, mask] of masks) {
    const weight = constantOf(model, name, 'float32');
    if (!weight) throw new UsageError('VALUE_UNKNOWN', `Weight ${name} must be a float32 initializer, got none`);
    if (mask.length !== weight.data.length) {
      const message = `Mask of ${name} must have ${weight.data.length} entries, got ${mask.length}`;
      throw new UsageError('ARGUMENT_INVALID', message, { place: { value: name } });
    }
    const kept = graph.constant(tensor('bool', weight.dims, mask), `${name}_mask`);
    masked.set(name, graph.node('Where', [kept, name, zero], {}, { name: `${name}_masked` }));
  }
  for (const node of model.graph.node) graph.keep(renameInNode(node, masked));
  return graph.build();
}

/** The model with what its masks leave out as zeros of the weights themselves; other models as they are. */
export function withoutMasks(model: Model): Model {
  const { graph } = model;
  const weights = new Map<string, TensorOf<'float32'>>();
  const bare = new Map<string, string>();
  for (const node of graph.node) {
    const [mask, name] = maskOf(model, node) ?? [];
    const weight = mask && name !== undefined ? constantOf(model, name, 'float32') : undefined;
    if (!mask || !weight || name === undefined) continue;
    weights.set(
      name,
      float32(
        weight.data.map((entry, at) => (mask.data[at] === 1 ? entry : 0)),
        weight.dims,
      ),
    );
    bare.set(node.output[0] ?? '', name);
  }
  if (weights.size === 0) return model;
  const initializer = graph.initializer.map((proto) => {
    const weight = weights.get(proto.name ?? '');
    return weight ? encodeTensor(proto.name ?? '', weight) : proto;
  });
  const node = graph.node.filter(({ output }) => !bare.has(output[0] ?? '')).map((entry) => renameInNode(entry, bare));
  const inputs = new Set(graph.input.map(({ name }) => name ?? ''));
  return pruneModel(withGraph(model, { initializer, node }), inputs);
}

/** Mask and weight of a Where that lets a weight through, or 0. */
function maskOf(model: Model, { opType, input }: Node): [TensorOf<'bool'>, string] | undefined {
  const [condition = '', weight = '', otherwise = ''] = input;
  if (opType !== 'Where') return undefined;
  const mask = constantOf(model, condition, 'bool');
  const zero = constantOf(model, otherwise, 'float32');
  return mask && zero?.data.every((entry) => entry === 0) ? [mask, weight] : undefined;
}

function constantOf<Type extends 'float32' | 'bool'>(
  { graph }: Model,
  name: string,
  type: Type,
): TensorOf<Type> | undefined {
  const proto = graph.initializer.find((initializer) => initializer.name === name);
  const value = proto && decodeTensor(proto);
  return value?.type === type ? (value as TensorOf<Type>) : undefined;
}
