import { float32, type GraphBuilder, int64 } from '@edgeloop/onnx';
import { RequestError } from '../../errors.ts';
import type { tf } from '../tensorflow/tensorflow.ts';
import type { WeightLink } from './exported-layers.ts';
import { type FullForm, fullForm, inverted, permuted, type WeightForm } from './weight-form.ts';

/** An initializer that is made of one or several weights. */
export interface LinkedWeight {
  /** Name of the initializer, such as `lstm_1/input_weights`. */
  readonly name: string;
  readonly variables: readonly tf.LayerVariable[];
  readonly dims: readonly number[];
  /** From the values of `variables`, each row-major in its own shape. */
  toOnnx(values: readonly Float32Array[]): Float32Array;
  fromOnnx(values: Float32Array): Float32Array[];
}

/** The weights of a model as initializers of a graph, each only once. */
export class ExportedWeights {
  readonly #graph: GraphBuilder;
  /** Identities of the weights that gradients change. */
  readonly #trained: ReadonlySet<number>;
  readonly #links = new Map<string, WeightLink>();
  readonly #forms = new Map<number, { readonly form: FullForm; readonly initializer: string }>();
  readonly #values = new Map<string, string>();

  /** @throws RequestError INVALID_INPUT when two weights have the same name */
  constructor(graph: GraphBuilder, model: tf.LayersModel) {
    this.#graph = graph;
    this.#trained = new Set(model.trainableWeights.map(({ id }) => id));
    requireDifferentNames(model.weights);
  }

  get links(): WeightLink[] {
    return [...this.#links.values()];
  }

  /** The value of a weight in this form. */
  value(variable: tf.LayerVariable, wanted: WeightForm = {}): string {
    const form = fullForm(variable.shape as number[], wanted);
    const key = `${variable.id} ${JSON.stringify(form)}`;
    const known = this.#values.get(key);
    if (known !== undefined) return known;
    const first = this.#forms.get(variable.id);
    const value = first === undefined ? this.#initializer(variable, form) : this.#changed(first, form);
    this.#values.set(key, value);
    return value;
  }

  /** The initializer that is made of several weights; the same one for the same name and weights. */
  linked(weight: LinkedWeight): string {
    const key = `${weight.name} ${weight.variables.map(({ id }) => id)}`;
    const known = this.#links.get(key);
    if (known !== undefined) return known.initializer;
    const values = weight.toOnnx(weight.variables.map(valuesOf));
    const initializer = this.#graph.constant(float32(values, weight.dims), weight.name);
    this.#links.set(key, {
      initializer,
      weights: weight.variables.map(({ originalName }) => originalName),
      isTrainable: weight.variables.some(({ id }) => this.#trained.has(id)),
      toOnnx: weight.toOnnx,
      fromOnnx: weight.fromOnnx,
    });
    return initializer;
  }

  #initializer(variable: tf.LayerVariable, form: FullForm): string {
    const back = inverted(form.permutation);
    const initializer = this.linked({
      name: variable.originalName,
      variables: [variable],
      dims: form.dims,
      toOnnx: ([values = new Float32Array()]) => permuted(values, form.split, form.permutation),
      fromOnnx: (values) => [permuted(values, form.permuted, back)],
    });
    this.#forms.set(variable.id, { form, initializer });
    return initializer;
  }

  /** A weight that two calls of a layer see differently stays one initializer, or training would make two of it. */
  #changed({ form, initializer }: { form: FullForm; initializer: string }, wanted: FullForm): string {
    const plain = this.#transposed(this.#reshaped(initializer, form.permuted), inverted(form.permutation));
    const split = this.#reshaped(plain, wanted.split);
    return this.#reshaped(this.#transposed(split, wanted.permutation), wanted.dims);
  }

  #reshaped(value: string, dims: readonly number[]): string {
    return this.#graph.node('Reshape', [value, this.#graph.constant(int64(dims))]);
  }

  #transposed(value: string, perm: readonly number[]): string {
    return this.#graph.node('Transpose', [value], { perm });
  }
}

/** The backend's own, where it keeps them in an array: not to be written to. */
function valuesOf(variable: tf.LayerVariable): Float32Array {
  return variable.read().dataSync<'float32'>();
}

function requireDifferentNames(variables: readonly tf.LayerVariable[]): void {
  const names = new Set<string>();
  for (const { originalName } of variables) {
    if (names.has(originalName)) {
      throw new RequestError('INVALID_INPUT', `Weight names of a network must differ, got ${originalName} twice`);
    }
    names.add(originalName);
  }
}
