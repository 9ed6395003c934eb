import {
  DEFAULT_OPSET,
  GraphBuilder,
  joinModels,
  type Model,
  modelStats,
  renameModelValues,
  valueTypeOf,
} from '@edgeloop/onnx';

/** The model with a value behind each float32 input, at which it can be cut although weights read the input itself. */
export function readableInputs(model: Model): Model {
  const { graph } = model;
  const taken = new Set([...graph.node.flatMap(({ output }) => output), ...graph.initializer.map(({ name }) => name)]);
  const raw = new GraphBuilder({ name: 'inputs', opset: modelStats(model).opsets[''] ?? DEFAULT_OPSET });
  const names = new Map<string, string>();
  for (const info of graph.input) {
    const { type, dims } = valueTypeOf(info);
    const name = info.name ?? '';
    if (type !== 'float32' || dims === undefined || taken.has(name)) continue;
    let inside = `${name}_inside`;
    while (taken.has(inside)) inside = `${inside}_`;
    taken.add(inside);
    names.set(name, inside);
    raw.node('Identity', [raw.input(name, type, dims)], {}, { outputs: [inside] });
    raw.output(inside, type, dims);
  }
  return names.size === 0 ? model : joinModels(raw.build(), renameModelValues(model, names));
}
