import { type Model, type ValueInfo, withFields, withGraph } from '../format/messages.ts';
import { renameInNode } from './rename-values.ts';

/** The model with other names for its values, also where graphs inside nodes read them. New names must be free. */
export function renameModelValues(model: Model, names: ReadonlyMap<string, string>): Model {
  const other = (name: string | null | undefined): string => names.get(name ?? '') ?? name ?? '';
  const infos = (values: readonly ValueInfo[]): ValueInfo[] =>
    values.map((value) => withFields(value, { name: other(value.name) }));
  const { graph } = model;
  return withGraph(model, {
    node: graph.node.map((node) => renameInNode(node, names)),
    initializer: graph.initializer.map((constant) => withFields(constant, { name: other(constant.name) })),
    sparseInitializer: graph.sparseInitializer.map((sparse) =>
      withFields(sparse, { values: sparse.values && withFields(sparse.values, { name: other(sparse.values.name) }) }),
    ),
    input: infos(graph.input),
    output: infos(graph.output),
    valueInfo: infos(graph.valueInfo),
    quantizationAnnotation: graph.quantizationAnnotation.map((note) =>
      withFields(note, { tensorName: other(note.tensorName) }),
    ),
  });
}
