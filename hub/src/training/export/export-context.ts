import { type AttributeValue, float32, GraphBuilder, int64, scalar } from '@edgeloop/onnx';
import { InternalError, RequestError } from '../../errors.ts';
import type { tf } from '../tensorflow/tensorflow.ts';
import type { ExportOptions, WeightLink } from './exported-layers.ts';
import { ExportedWeights, type LinkedWeight } from './exported-weights.ts';
import type { LayerCall, LayerExporters } from './layer-exporter.ts';
import { channelFirstAxes, type LayerResult, type LayerShape, type LayerValue, range } from './layer-value.ts';
import { ValueLayouts } from './value-layouts.ts';
import type { WeightForm } from './weight-form.ts';

/** What exporters of layers work with: the graph, weights, layouts, and other layers. */
export class ExportContext {
  readonly graph: GraphBuilder;
  readonly purpose: NonNullable<ExportOptions['purpose']>;
  readonly #exporters: LayerExporters;
  readonly #weights: ExportedWeights;
  readonly #layouts: ValueLayouts;
  readonly #constants = new Map<string, string>();
  #layer = '';

  constructor(model: tf.LayersModel, exporters: LayerExporters, { purpose = 'inference' }: ExportOptions) {
    this.graph = new GraphBuilder({ name: model.name });
    this.purpose = purpose;
    this.#exporters = exporters;
    this.#weights = new ExportedWeights(this.graph, model);
    this.#layouts = new ValueLayouts(this.graph);
  }

  get links(): WeightLink[] {
    return this.#weights.links;
  }

  /** Adds a node that is named after the layer being exported, and returns its first output. */
  node(
    operator: string,
    inputs: readonly (string | undefined)[],
    attributes: Readonly<Record<string, AttributeValue | undefined>> = {},
  ): string {
    return this.graph.node(operator, inputs, attributes, { name: `${this.#layer}/${operator}` });
  }

  /** An int64 constant, [values]. */
  integers(values: readonly number[]): string {
    return this.#once(`integers ${values}`, () => this.graph.constant(int64(values)));
  }

  /** A float32 constant without dimensions. */
  number(value: number): string {
    return this.#once(`number ${value}`, () => this.graph.constant(scalar(value)));
  }

  /** A float32 constant, [values]. */
  numbers(values: readonly number[]): string {
    return this.#once(`numbers ${values}`, () => this.graph.constant(float32(values)));
  }

  /** The value reshaped; null where one size is open; 0 keeps the size at this place. */
  reshaped(value: string, dims: LayerShape): string {
    return this.node('Reshape', [value, this.integers(dims.map((dim) => dim ?? -1))]);
  }

  /** The value with the axes of its shape in this order. */
  arranged(value: LayerValue, axes: readonly number[]): string {
    return this.#layouts.arranged(value, axes);
  }

  /** The value as the layers see it. */
  plain(value: LayerValue): string {
    return this.arranged(value, range(value.shape.length));
  }

  /** The value with its last axis behind the batch. */
  channelFirst(value: LayerValue): string {
    return this.arranged(value, channelFirstAxes(value.shape.length));
  }

  /** Whether the layer has a weight of this name, such as `bias`. */
  hasWeight(layer: tf.layers.Layer, name: string): boolean {
    return weightOf(layer, name) !== undefined;
  }

  /** A weight of the layer by its name there, such as `kernel`. Every weight becomes one initializer. */
  weight(layer: tf.layers.Layer, name: string, form: WeightForm = {}): string {
    return this.#weights.value(this.variable(layer, name), form);
  }

  /** A weight of the layer by its name there. */
  variable(layer: tf.layers.Layer, name: string): tf.LayerVariable {
    const variable = weightOf(layer, name);
    if (variable === undefined) throw new InternalError(`Layer ${layer.name} must have a weight ${name}, got none`);
    return variable;
  }

  /** An initializer that is made of several weights; made once for the same weights. */
  linkedWeight(weight: LinkedWeight): string {
    return this.#weights.linked(weight);
  }

  /**
   * Adds a call of a layer.
   *
   * @param shapes of its outputs. @default what the layer computes from its inputs
   * @throws RequestError INVALID_INPUT when the layer cannot be exported
   */
  call(layer: tf.layers.Layer, inputs: readonly LayerValue[], shapes?: readonly LayerShape[]): LayerValue[] {
    const [input] = inputs;
    const outputs = shapes ?? outputShapes(layer, inputs);
    const [shape] = outputs;
    if (input === undefined || shape === undefined) {
      throw new InternalError(`Layer ${layer.name} must have inputs and outputs, got ${inputs.length} inputs`);
    }
    const exporter = this.#exporters[layer.getClassName()];
    if (exporter === undefined) throw this.refusal(layer, 'no form in ONNX is known for this class');
    const outer = this.#layer;
    this.#layer = layer.name;
    const results = exporter({ layer, inputs, input, shapes: outputs, shape }, this);
    this.#layer = outer;
    return [results].flat().map((result, at) => asValue(result, { layer, input }, outputs[at] ?? shape));
  }

  /** Adds the layers of a model between `inputs` and its outputs. */
  model(model: tf.LayersModel, inputs: readonly LayerValue[]): LayerValue[] {
    const known = new Map(model.inputs.map(({ id }, at) => [id, inputs[at]]));
    const resolved = (symbol: tf.SymbolicTensor): LayerValue => {
      const value = known.get(symbol.id);
      if (value !== undefined) return value;
      const node = symbol.sourceLayer.inboundNodes[symbol.nodeIndex];
      if (node === undefined) throw new InternalError(`Value ${symbol.name} must come from a call, got none`);
      // Some layers change the shapes that they are asked about, so only models are believed what they noted.
      const shapes = isModel(symbol.sourceLayer) ? node.outputTensors.map(({ shape }) => shape) : undefined;
      const outputs = this.call(symbol.sourceLayer, node.inputTensors.map(resolved), shapes);
      for (const [at, { id }] of node.outputTensors.entries()) known.set(id, outputs[at]);
      return resolved(symbol);
    };
    return model.outputs.map(resolved);
  }

  /** The error for a layer that has no form in ONNX. */
  refusal(layer: tf.layers.Layer, reason: string): RequestError {
    const subject = `Layer ${layer.name} (${layer.getClassName()})`;
    return new RequestError('INVALID_INPUT', `${subject} must be one that ONNX can express: ${reason}`, {
      details: { layer: layer.name, className: layer.getClassName(), reason },
    });
  }

  #once(key: string, add: () => string): string {
    const name = this.#constants.get(key) ?? add();
    this.#constants.set(key, name);
    return name;
  }
}

function weightOf(layer: tf.layers.Layer, name: string): tf.LayerVariable | undefined {
  return layer.weights.find(({ originalName }) => originalName.split('/').at(-1) === name);
}

function isModel(layer: tf.layers.Layer): boolean {
  return 'outputs' in layer && 'inputs' in layer;
}

function outputShapes(layer: tf.layers.Layer, inputs: readonly LayerValue[]): LayerShape[] {
  const given = inputs.map(({ shape }) => [...shape]);
  const shapes = layer.computeOutputShape(given.length === 1 ? (given[0] ?? []) : given);
  return Array.isArray(shapes[0]) ? (shapes as LayerShape[]) : [shapes as LayerShape];
}

function asValue(
  { name, type, axes, flattened, mask, shape: own }: LayerResult,
  { layer, input }: Pick<LayerCall, 'layer' | 'input'>,
  given: LayerShape,
): LayerValue {
  const shape = own ?? given;
  const passed = layer.supportsMasking ? input.mask : undefined;
  return {
    name,
    type: type ?? input.type,
    shape,
    axes: axes ?? range(shape.length),
    flattened,
    mask: mask === undefined ? passed : (mask ?? undefined),
  };
}
