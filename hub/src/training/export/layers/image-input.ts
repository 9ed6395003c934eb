import type { ExportContext } from '../export-context.ts';
import { channelFirstAxes, type LayerValue, range } from '../layer-value.ts';

export type DataFormat = 'channelsFirst' | 'channelsLast';

/** An image, a sequence or a volume, channel first in the graph. */
export interface ImageInput {
  readonly value: string;
  /** Axes of a result that lies as this does. */
  readonly axes: readonly number[];
  /** Of the spatial dimensions; null where open. */
  readonly sizes: readonly (number | null)[];
  readonly channels: number;
}

/** What convolutions and pools read. With channels first for the layers, it lies as they see it. */
export function imageInput(input: LayerValue, format: DataFormat | undefined, context: ExportContext): ImageInput {
  const { shape } = input;
  if (format === 'channelsFirst') {
    return { value: context.plain(input), axes: range(shape.length), sizes: shape.slice(2), channels: shape[1] ?? 0 };
  }
  return {
    value: context.channelFirst(input),
    axes: channelFirstAxes(shape.length),
    sizes: shape.slice(1, -1),
    channels: shape.at(-1) ?? 0,
  };
}
