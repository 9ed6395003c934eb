import { InternalError } from '../../errors.ts';
import type { SeededRandom } from '../seeded-random.ts';
import { tf } from '../tensorflow/tensorflow.ts';

/** Largest first value of a vector for a token or code. */
const VECTOR_LIMIT = 0.05;

/**
 * Draws the first weights of all layers: kernels uniform, by He in front of a ReLU, else by Glorot; vectors small; the
 * others where they change nothing yet. The library's own draw differs from process to process. What a layer wants to
 * begin as zeros, ones or another constant does.
 *
 * @see He et al., Delving deep into rectifiers; Glorot and Bengio, Understanding the difficulty of training
 */
export function setFirstWeights(model: tf.LayersModel, random: SeededRandom): void {
  for (const layer of model.layers) {
    if ('layers' in layer) setFirstWeights(layer as tf.LayersModel, random);
    else setWeights(layer, random);
  }
}

function setWeights(layer: tf.layers.Layer, random: SeededRandom): void {
  const settings = layerSettings(layer);
  for (const variable of layer.weights) {
    const shape = variable.shape.map((size) => size ?? 1);
    const values = firstValues({ name: variable.originalName, shape, settings }, random);
    const drawn = tf.tensor(values, shape);
    variable.write(drawn);
    drawn.dispose();
  }
}

interface LayerSettings {
  readonly className: string;
  /** A ReLU reads what the layer says, be it behind a normalization. */
  readonly isRectified: boolean;
  /** Of the layer inside, where it wraps one. */
  readonly config: Readonly<Record<string, unknown>>;
}

interface FirstWeight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly settings: LayerSettings;
}

interface Serialized {
  readonly className: string;
  readonly config: Readonly<Record<string, unknown>>;
}

function layerSettings(layer: tf.layers.Layer): LayerSettings {
  const own = layer.getConfig() as Readonly<Record<string, unknown>>;
  const inner = (own['layer'] ?? own['cell']) as Serialized | undefined;
  const { className, config } = inner ?? { className: layer.getClassName(), config: own };
  return { className, config, isRectified: isRectified(layer, config) };
}

function isRectified(layer: tf.layers.Layer, { activation }: Readonly<Record<string, unknown>>): boolean {
  if (activation === 'relu' || activation === 'relu6') return true;
  const [next] = layer.outboundNodes.map(({ outboundLayer }) => outboundLayer);
  if (next?.getClassName() === 'ReLU') return true;
  return next?.getClassName() === 'BatchNormalization' && isRectified(next, {});
}

function firstValues(weight: FirstWeight, random: SeededRandom): Float32Array {
  const { name, shape, settings } = weight;
  const size = shape.reduce((product, length) => product * length, 1);
  const filled = (value: number): Float32Array => new Float32Array(size).fill(value);
  const kind = name.slice(name.lastIndexOf('/') + 1);
  const wish = wishedConstant(kind, settings);
  if (wish !== undefined) return filled(wish);
  switch (kind) {
    case 'kernel':
    case 'depthwise_kernel':
    case 'pointwise_kernel':
    case 'recurrent_kernel':
      return uniform(size, kernelLimit(kind, weight), random);
    case 'embeddings':
      return uniform(size, VECTOR_LIMIT, random);
    case 'gamma':
    case 'moving_variance':
      return filled(1);
    case 'bias':
    case 'beta':
    case 'moving_mean':
    case 'alpha':
      return isForgetful(kind, settings) ? openForgetGate(size) : filled(0);
    default:
      throw new InternalError(`weight ${name} must be of a known kind`);
  }
}

/** 'recurrent_kernel' -> 'recurrentInitializer', 'bias' -> 'biasInitializer'. */
function wishedConstant(kind: string, { config, ...settings }: LayerSettings): number | undefined {
  if (isForgetful(kind, { config, ...settings })) return undefined;
  const [first = ''] = kind.split('_');
  const initializer = config[`${first}Initializer`] as Serialized | undefined;
  if (initializer?.className === 'Zeros') return 0;
  if (initializer?.className === 'Ones') return 1;
  return initializer?.className === 'Constant' ? Number(initializer.config['value']) : undefined;
}

function uniform(size: number, limit: number, random: SeededRandom): Float32Array {
  return Float32Array.from({ length: size }, () => (2 * random.next() - 1) * limit);
}

/** Shapes end in what a place reads and says: [..., inputs, outputs]. */
function kernelLimit(kind: string, { shape, settings }: FirstWeight): number {
  const area = shape.slice(0, -2).reduce((product, length) => product * length, 1);
  const [inputs = 1, outputs = 1] = shape.slice(-2);
  // Every output of a depthwise kernel reads one channel.
  const reads = kind === 'depthwise_kernel' ? area : area * inputs;
  return Math.sqrt(6 / (settings.isRectified ? reads : reads + area * outputs));
}

function isForgetful(kind: string, { className, config }: LayerSettings): boolean {
  return kind === 'bias' && className.startsWith('LSTM') && config['unitForgetBias'] === true;
}

/** Gates i, f, c, o: a cell that remembers at first learns what to forget. @see Jozefowicz et al., section 2.2 */
function openForgetGate(size: number): Float32Array {
  return new Float32Array(size).fill(1, size / 4, size / 2);
}
