import {
  type Attribute,
  type Graph,
  type Kept,
  type Model,
  type Node,
  type SparseTensorProto,
  type TensorProto,
  withFields,
} from './messages.ts';

type Change = (tensor: TensorProto) => TensorProto;

/** Every tensor of a model: of its graphs, attributes, functions and training info, sparse ones by their two parts. */
export function allTensors(model: Model): TensorProto[] {
  const tensors: TensorProto[] = [];
  mapTensors(model, (tensor) => {
    tensors.push(tensor);
    return tensor;
  });
  return tensors;
}

/** The model with each of its tensors changed. Messages without a change are shared with the given model. */
export function mapTensors(model: Model, change: Change): Model {
  return changed(model, {
    graph: mapGraph(model.graph, change),
    functions: mapList(model.functions, (entry) => changed(entry, { node: mapNodes(entry.node, change) })),
    trainingInfo: mapList(model.trainingInfo, (info) =>
      changed(info, {
        initialization: info.initialization && mapGraph(info.initialization, change),
        algorithm: info.algorithm && mapGraph(info.algorithm, change),
      }),
    ),
  });
}

function mapGraph(graph: Graph, change: Change): Graph {
  return changed(graph, {
    node: mapNodes(graph.node, change),
    initializer: mapList(graph.initializer, change),
    sparseInitializer: mapList(graph.sparseInitializer, (sparse) => mapSparse(sparse, change)),
  });
}

function mapNodes(nodes: Node[], change: Change): Node[] {
  return mapList(nodes, (node) =>
    changed(node, { attribute: mapList(node.attribute, (attribute) => mapAttribute(attribute, change)) }),
  );
}

function mapAttribute(attribute: Attribute, change: Change): Attribute {
  return changed(attribute, {
    t: attribute.t && change(attribute.t),
    g: attribute.g && mapGraph(attribute.g, change),
    tensors: mapList(attribute.tensors, change),
    graphs: mapList(attribute.graphs, (graph) => mapGraph(graph, change)),
    sparseTensor: attribute.sparseTensor && mapSparse(attribute.sparseTensor, change),
    sparseTensors: mapList(attribute.sparseTensors, (sparse) => mapSparse(sparse, change)),
  });
}

function mapSparse(sparse: SparseTensorProto, change: Change): SparseTensorProto {
  return changed(sparse, {
    values: sparse.values && change(sparse.values),
    indices: sparse.indices && change(sparse.indices),
  });
}

function mapList<Entry>(list: Entry[], change: (entry: Entry) => Entry): Entry[] {
  const next = list.map(change);
  return next.some((entry, index) => entry !== list[index]) ? next : list;
}

function changed<Message extends object>(message: Message, parts: Kept<Message>): Message {
  const names = Object.keys(parts) as (keyof Message)[];
  return names.some((name) => parts[name] !== message[name]) ? withFields(message, parts) : message;
}
