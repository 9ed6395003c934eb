import { float32, type GraphBuilder, int64, scalar } from '@edgeloop/onnx';
import type { ImageSettings } from '../../store/recipe/preprocessing.ts';
import { channelScales } from './channel-scales.ts';
import { settingsOf } from './column-settings.ts';
import type { CommonScale } from './robust-scaling.ts';
import type { StepContext, StepPart } from './step.ts';
import { toFloat } from './to-float.ts';

/** Of the longer side, where nobody says how large images shall be. */
const LARGEST_SIDE = 96;

export interface PreparedImage extends StepPart {
  /** Whether there is an image: bool [batch, 1, 1, 1]. */
  readonly isThere: string;
}

/**
 * Images, uint8 [batch, height, width, channels], all 0 where missing -> scaled [batch, channels, height, width] of one
 * size, all 0 where missing.
 *
 * Resized as Pillow's bilinear filter does it: a triangle over as many pixels as become one.
 */
export function imageStep({ graph, input, rows, settings }: StepContext): PreparedImage {
  const { name, columns, dims } = input.spec;
  const own = settingsOf(settings, 'image', columns[0] ?? '');
  const [height, width] = targetSize(input.dims, own);
  const channels = dims[2] ?? 1;
  const channelFirst = graph.node('Transpose', [name], { perm: [0, 3, 1, 2] });
  const raw = toFloat(graph, channelFirst);
  const isResized = dims[0] !== height || dims[1] !== width;
  const resized = isResized ? resize(graph, raw, height, width) : raw;
  const scaled = scaleChannels(graph, resized, channelScales(input, rows, own.pixels));
  const brightest = graph.node('ReduceMax', [resized, graph.constant(int64([1, 2, 3]))]);
  const isThere = graph.node('Greater', [brightest, graph.constant(scalar(0))]);
  return {
    value: graph.node('Where', [isThere, scaled, graph.constant(scalar(0))]),
    isThere,
    part: { name, kind: 'image', dims: [height, width, channels] },
  };
}

function targetSize(raw: readonly number[], { height, width }: ImageSettings): [height: number, width: number] {
  const [rawHeight = 1, rawWidth = 1] = raw;
  const share = Math.min(1, LARGEST_SIDE / Math.max(rawHeight, rawWidth));
  const shrunk = (side: number): number => Math.max(1, Math.round(side * share));
  return [height ?? shrunk(rawHeight), width ?? shrunk(rawWidth)];
}

function resize(graph: GraphBuilder, value: string, height: number, width: number): string {
  const sizes = graph.constant(int64([height, width]), 'image_size');
  const attributes = { mode: 'linear', antialias: 1, exclude_outside: 1, axes: [2, 3] };
  return graph.node('Resize', [value, '', '', sizes], attributes);
}

function scaleChannels(graph: GraphBuilder, value: string, scales: readonly CommonScale[]): string {
  const perChannel = (name: string, values: readonly number[]): string =>
    graph.constant(float32(values, [values.length, 1, 1]), name);
  const center = perChannel(
    'channel_mean',
    scales.map((scale) => scale.center),
  );
  const inverse = perChannel(
    'channel_inverse_deviation',
    scales.map((scale) => 1 / scale.scale),
  );
  return graph.node('Mul', [graph.node('Sub', [value, center]), inverse]);
}
