import { DEFAULT_OPSET, liftConstants, type Model, readModel, renameModelValues, upgradeOpset } from '@edgeloop/onnx';
import { NETWORK_VALUES } from '../network/network.ts';

/** Names that the finished classifier gives to its own values. */
const RESERVED: ReadonlySet<string> = new Set(Object.values(NETWORK_VALUES));

/**
 * The model of a version to start from, in the form that fine-tuning works on: a present operator set, all weights in
 * initializers, and no value named like one of the hub's own.
 *
 * @throws ModelError OPSET_UNSUPPORTED and what reading throws
 */
export function baseModel(bytes: Uint8Array): Model {
  const model = liftConstants(upgradeOpset(readModel(bytes), DEFAULT_OPSET));
  const { graph } = model;
  const names = [...graph.input, ...graph.initializer].map(({ name }) => name ?? '');
  const all = new Set([...names, ...graph.node.flatMap(({ output }) => output)]);
  const taken = [...all].filter((name) => RESERVED.has(name));
  return renameModelValues(model, new Map(taken.map((name) => [name, freshName(`base_${name}`, all)])));
}

function freshName(wish: string, taken: ReadonlySet<string>): string {
  return taken.has(wish) ? freshName(`${wish}_`, taken) : wish;
}
