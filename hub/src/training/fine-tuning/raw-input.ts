import { float32, GraphBuilder, int64, type Model, scalar } from '@edgeloop/onnx';
import type { ModelInput } from '../../store/recipe/fine-tuning.ts';
import type { ImageShape } from '../../store/recipe/recipe.ts';
import { NETWORK_VALUES } from '../network/network.ts';
import type { BaseInput, ImageInput, TableInput } from './base-input.ts';

/** What the training rows say about raw values. */
export interface RawValues {
  /** Put in the place of missing ones: one for all, or one per column. */
  readonly fill: readonly number[];
  /** Largest magnitude. */
  readonly largest: number;
}

export interface RawInputOptions {
  readonly opset: number;
  readonly wish: ModelInput | undefined;
  readonly values: RawValues;
  /** The base model looks for missing values itself. */
  readonly keepsMissing: boolean;
}

/** The way from raw `features` [batch, columns] to the input of a base model, under that input's name. */
export function rawInput(input: BaseInput, options: RawInputOptions): Model {
  const graph = new GraphBuilder({ name: 'preparation', opset: options.opset });
  const columns = input.kind === 'table' ? input.columns : pixels(input);
  const features = graph.input(NETWORK_VALUES.features, 'float32', ['batch', columns]);
  const fill = graph.constant(float32(options.values.fill), 'raw_fill');
  const known = options.keepsMissing
    ? features
    : graph.node('Where', [graph.node('IsNaN', [features]), fill, features]);
  if (input.kind === 'table') return asTable(graph, known, input, options);
  return asImage(graph, known, input, options);
}

function asTable(graph: GraphBuilder, value: string, input: TableInput, { wish }: RawInputOptions): Model {
  const { scale = 1, mean = 0, deviation = 1 } = wish ?? {};
  const standard = affine(graph, value, { scale, mean, deviation }, []);
  graph.node('Identity', [standard], {}, { outputs: [input.name] });
  return graph.output(input.name, 'float32', ['batch', input.columns]).build();
}

function asImage(graph: GraphBuilder, value: string, input: ImageInput, options: RawInputOptions): Model {
  const { raw, channels, height, width, layout } = input;
  const { mean = 0.5, deviation = 0.5, resize = 'linear' } = options.wish ?? {};
  const scale = options.wish?.scale ?? unitScale(options.values.largest);
  let image = channelsFirst(graph, value, raw);
  const isPerChannel = Array.isArray(mean) || Array.isArray(deviation);
  const repeats = channels / raw.channels;
  // What is the same for all channels is cheaper before they are repeated.
  if (isPerChannel) image = repeated(graph, image, repeats);
  image = affine(graph, image, { scale, mean, deviation }, [1, 1]);
  image = resized(graph, image, input, resize);
  if (!isPerChannel) image = repeated(graph, image, repeats);
  if (layout === 'channels-first') {
    graph.node('Identity', [image], {}, { outputs: [input.name] });
    return graph.output(input.name, 'float32', ['batch', channels, height, width]).build();
  }
  graph.node('Transpose', [image], { perm: [0, 2, 3, 1] }, { outputs: [input.name] });
  return graph.output(input.name, 'float32', ['batch', height, width, channels]).build();
}

/** Columns in the order height, width, channel -> [batch, channel, height, width]. */
function channelsFirst(graph: GraphBuilder, value: string, { height, width, channels }: ImageShape): string {
  const shape = (...dims: number[]): string => graph.constant(int64([-1, ...dims]), 'raw_shape');
  if (channels === 1) return graph.node('Reshape', [value, shape(1, height, width)]);
  return graph.node('Transpose', [graph.node('Reshape', [value, shape(height, width, channels)])], {
    perm: [0, 3, 1, 2],
  });
}

/** Brings pixels to 0 to 1: they come as shares or as bytes. */
function unitScale(largest: number): number {
  if (largest <= 1) return 1;
  return largest <= 255 ? 1 / 255 : 1 / largest;
}

type PerChannel = number | readonly number[];

/** (x * scale - mean) / deviation as one multiplication and one addition. */
function affine(
  graph: GraphBuilder,
  value: string,
  { scale, mean, deviation }: { scale: number; mean: PerChannel; deviation: PerChannel },
  behind: readonly number[],
): string {
  const lists = [mean, deviation].filter((entry) => typeof entry !== 'number');
  const size = lists[0]?.length ?? 1;
  const at = (of: PerChannel, index: number): number => (typeof of === 'number' ? of : (of[index] ?? 0));
  const factors = Array.from({ length: size }, (_, index) => scale / at(deviation, index));
  const offsets = Array.from({ length: size }, (_, index) => -at(mean, index) / at(deviation, index));
  const constant = (values: number[], prefix: string): string =>
    graph.constant(values.length === 1 ? scalar(values[0] ?? 0) : float32(values, [values.length, ...behind]), prefix);
  let result = value;
  if (factors.some((factor) => factor !== 1)) result = graph.node('Mul', [result, constant(factors, 'raw_factor')]);
  if (offsets.some((offset) => offset !== 0)) result = graph.node('Add', [result, constant(offsets, 'raw_offset')]);
  return result;
}

function resized(
  graph: GraphBuilder,
  image: string,
  { raw, height, width }: ImageInput,
  mode: ModelInput['resize'],
): string {
  if (raw.height === height && raw.width === width) return image;
  // Not sizes with axes: ONNX Runtime 1.30 gets them wrong when it moves a Transpose past the Resize.
  const scales = float32([1, 1, scaleTo(raw.height, height), scaleTo(raw.width, width)]);
  const isShrunk = height < raw.height || width < raw.width;
  // Without it, pixels between the ones that are read would be left out.
  const antialias = mode === 'linear' && isShrunk ? { antialias: 1 } : {};
  return graph.node('Resize', [image, '', graph.constant(scales, 'raw_scales')], { mode, ...antialias });
}

/** The smallest float32 that, times `from` and rounded down, is `to`. */
function scaleTo(from: number, to: number): number {
  let scale = Math.fround(to / from);
  while (Math.floor(Math.fround(from * scale)) < to) scale = Math.fround(scale * (1 + 2 ** -23));
  return scale;
}

function repeated(graph: GraphBuilder, image: string, times: number): string {
  return times === 1 ? image : graph.node('Concat', Array<string>(times).fill(image), { axis: 1 });
}

function pixels({ raw }: ImageInput): number {
  return raw.height * raw.width * raw.channels;
}
