import type Long from 'long';
import { onnx } from '#onnx';

type Refine<Message, Fields> = Omit<Message, keyof Fields> & Fields;

/** One named attribute of a node. */
export interface Attribute
  extends Refine<
    onnx.AttributeProto,
    {
      t?: TensorProto | null;
      g?: Graph | null;
      tensors: TensorProto[];
      graphs: Graph[];
      sparseTensor?: SparseTensorProto | null;
      sparseTensors: SparseTensorProto[];
    }
  > {}

/** One operator call: reads values by name, writes values by name. */
export interface Node extends Refine<onnx.NodeProto, { attribute: Attribute[] }> {}

/** A constant as the file holds it. `decodeTensor` gives its values. */
export interface TensorProto extends onnx.TensorProto {}

/** A constant that is mostly zeros: its other entries and where they are. `decodeSparseTensor` gives its values. */
export interface SparseTensorProto
  extends Refine<onnx.SparseTensorProto, { values?: TensorProto | null; indices?: TensorProto | null; dims: Long[] }> {}

/** Name and type of a value. */
export interface ValueInfo extends onnx.ValueInfoProto {}

/** Nodes in topological order, with constants, inputs and outputs. */
export interface Graph
  extends Refine<
    onnx.GraphProto,
    {
      node: Node[];
      initializer: TensorProto[];
      input: ValueInfo[];
      output: ValueInfo[];
      valueInfo: ValueInfo[];
      sparseInitializer: SparseTensorProto[];
    }
  > {}

/** An operator that the model itself defines by a graph of others. */
export interface ModelFunction
  extends Refine<
    onnx.FunctionProto,
    {
      input: string[];
      output: string[];
      attribute: string[];
      attributeProto: Attribute[];
      node: Node[];
      valueInfo: ValueInfo[];
    }
  > {}

/** Graphs that train the model, beside the graph that uses it. */
export interface TrainingInfo
  extends Refine<onnx.TrainingInfoProto, { initialization?: Graph | null; algorithm?: Graph | null }> {}

/**
 * An ONNX model: the messages of the file, unknown fields included.
 *
 * Functions of this package never change a model; they return another one, which may share messages with the first.
 */
export interface Model
  extends Refine<onnx.ModelProto, { graph: Graph; functions: ModelFunction[]; trainingInfo: TrainingInfo[] }> {}

/** Some fields of a message, as the functions below take them. */
export type Kept<Message> = Partial<{ [Key in keyof Message]: Message[Key] | undefined }>;

/** A model message. */
export function newModel(fields: Kept<Model>): Model {
  return new onnx.ModelProto(fields as onnx.ModelProto.$Properties) as Model;
}

/** A graph message. */
export function newGraph(fields: Kept<Graph>): Graph {
  return new onnx.GraphProto(fields as onnx.GraphProto.$Properties) as Graph;
}

/** A node message. */
export function newNode(fields: Kept<Node>): Node {
  return new onnx.NodeProto(fields as onnx.NodeProto.$Properties) as Node;
}

/** An attribute message. */
export function newAttribute(fields: Kept<Attribute>): Attribute {
  return new onnx.AttributeProto(fields as onnx.AttributeProto.$Properties) as Attribute;
}

/** A tensor message. */
export function newTensorProto(fields: Kept<TensorProto>): TensorProto {
  return new onnx.TensorProto(fields as onnx.TensorProto.$Properties);
}

/** A sparse tensor message. */
export function newSparseTensorProto(fields: Kept<SparseTensorProto>): SparseTensorProto {
  return new onnx.SparseTensorProto(fields as onnx.SparseTensorProto.$Properties) as SparseTensorProto;
}

/** A value declaration message. */
export function newValueInfo(fields: Kept<ValueInfo>): ValueInfo {
  return new onnx.ValueInfoProto(fields as onnx.ValueInfoProto.$Properties);
}

/** A copy of `message` with `changes`. The copy keeps the unknown fields, which a spread would lose. */
export function withFields<Message extends object>(message: Message, changes: Kept<Message>): Message {
  const create = message.constructor as new (fields: object) => Message & { $unknowns?: Uint8Array[] };
  const copy = new create({ ...message, ...changes });
  const { $unknowns } = message as { $unknowns?: Uint8Array[] };
  if ($unknowns) Object.defineProperty(copy, '$unknowns', { value: $unknowns, writable: true, configurable: true });
  return copy;
}

/** A copy of the model with changes to its graph. */
export function withGraph(model: Model, changes: Kept<Graph>): Model {
  return withFields(model, { graph: withFields(model.graph, changes) });
}
