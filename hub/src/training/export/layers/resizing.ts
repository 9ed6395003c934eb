import type { ExportContext } from '../export-context.ts';
import { configOf, type LayerCall, type LayerExporter } from '../layer-exporter.ts';
import { channelFirstAxes, dimensionOf, type LayerResult } from '../layer-value.ts';
import { croppedEntries, nearestEntries } from './picked-entries.ts';

interface ImageSize {
  readonly height: number;
  readonly width: number;
}

interface ResizingConfig extends ImageSize {
  readonly interpolation: string;
  readonly cropToAspectRatio: boolean;
}

/** To a fixed size. What the library calls cropping only decides whether corners meet corners. */
export const resizing: LayerExporter = (call, context) => {
  const { height, width, interpolation, cropToAspectRatio } = configOf<ResizingConfig>(call);
  const alignCorners = !cropToAspectRatio;
  if (interpolation === 'bilinear') return bilinear(call, { height, width }, alignCorners, context);
  const [rows, columns] = sizeOf(call, context);
  const entries = [nearestEntries(rows, height, alignCorners), nearestEntries(columns, width, alignCorners)];
  return picked(call, entries, context);
};

/** The middle of an image; one that is too small is resized instead. */
export const centerCrop: LayerExporter = (call, context) => {
  const { height, width } = configOf<ImageSize>(call);
  const [rows, columns] = sizeOf(call, context);
  const top = Math.floor((rows - height) / 2);
  // The library never leaves all of what is cut to the right edge.
  const left = columns === width ? 0 : Math.floor((columns - width) / 2) || 1;
  if (top < 0 || left < 0) return bilinear(call, { height, width }, false, context);
  return picked(call, [croppedEntries(rows, height, top), croppedEntries(columns, width, left)], context);
};

function sizeOf({ layer, input }: LayerCall, context: ExportContext): [rows: number, columns: number] {
  const [, rows, columns] = input.shape;
  if (input.shape.length === 4 && typeof rows === 'number' && typeof columns === 'number') return [rows, columns];
  throw context.refusal(layer, `its input must be images of a known size, got [${input.shape}]`);
}

function bilinear(call: LayerCall, size: ImageSize, alignCorners: boolean, context: ExportContext): LayerResult {
  const { height, width } = size;
  const value = context.channelFirst(call.input);
  const others = context.node('Shape', [value], { end: 2 });
  const sizes = context.node('Concat', [others, context.integers([height, width])], { axis: 0 });
  const name = context.node('Resize', [value, '', '', sizes], {
    mode: 'linear',
    coordinate_transformation_mode: alignCorners ? 'align_corners' : 'asymmetric',
  });
  return { name, axes: channelFirstAxes(4), shape: resized(call, size) };
}

/** Rows and columns by their places in the image. */
function picked(
  call: LayerCall,
  [rows = [], columns = []]: readonly (readonly (number | undefined)[])[],
  context: ExportContext,
): LayerResult {
  const { input, layer } = call;
  const places = [rows, columns].map((entries) => entries.map((entry) => entry ?? -1));
  if (places.flat().includes(-1)) throw context.refusal(layer, 'TensorFlow.js would read beyond the edge of the image');
  const name = places.reduce((value, entries, at) => {
    return context.node('Gather', [value, context.integers(entries)], { axis: dimensionOf(input, at + 1) });
  }, input.name);
  return { name, axes: input.axes, shape: resized(call, { height: rows.length, width: columns.length }) };
}

/** The library declares a shape without the batch. */
function resized({ input }: LayerCall, { height, width }: ImageSize): (number | null)[] {
  return [input.shape[0] ?? null, height, width, input.shape[3] ?? null];
}
