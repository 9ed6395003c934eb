import { UsageError } from '../../errors.ts';
import { type Model, withGraph } from '../../format/messages.ts';
import { OLDEST_SUPPORTED_OPSET } from '../../graph/opset.ts';
import { upgradeOpset } from '../../graph/upgrade-opset.ts';
import { toValueInfo } from '../../graph/value-type.ts';
import { inferTypes } from '../../shape/infer-types.ts';
import { planQuantization } from './quantization-plan.ts';

/**
 * The model with values from its inside as further outputs, to take their ranges from calibration data.
 *
 * @param names default: the values whose ranges `staticQuantize` needs
 * @throws UsageError VALUE_UNKNOWN
 */
export function exposeActivations(model: Model, names?: readonly string[]): Model {
  const { graph } = model;
  const types = inferTypes(model);
  const present = new Set([...graph.input.map(({ name }) => name), ...graph.node.flatMap(({ output }) => output)]);
  const outputs = new Set(graph.output.map(({ name }) => name));
  const added = [...new Set(names ?? planQuantization(upgradeOpset(model, OLDEST_SUPPORTED_OPSET)).activations)].filter(
    (name) => !outputs.has(name),
  );
  for (const name of added) {
    if (present.has(name)) continue;
    throw new UsageError('VALUE_UNKNOWN', `Value ${name} must be in the graph, got none`, { place: { value: name } });
  }
  const infos = added.map((name) => {
    const { type, dims } = types.typeOf(name);
    return toValueInfo(name, { type: type ?? 'float32', dims });
  });
  return withGraph(model, { output: [...graph.output, ...infos] });
}
