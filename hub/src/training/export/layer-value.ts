import type { ElementType } from '@edgeloop/onnx';

/** Sizes in the layout of TensorFlow.js, batch first; null where open. */
export type LayerShape = readonly (number | null)[];

/** A value between two layers, and how it lies in the graph. */
export interface LayerValue {
  /** Name of the value in the graph. */
  readonly name: string;
  readonly type: ElementType;
  /** As the layers see it. */
  readonly shape: LayerShape;
  /**
   * For each dimension in the graph, the axis of `shape` that it is: [0, 1, 2] as the layers see it, [0, 2, 1] channel
   * first, [1, 0, 2] time first.
   */
  readonly axes: readonly number[];
  /** Of a flattened value whose entries do not follow each other as the layers see them: what was flattened. */
  readonly flattened?: FlattenedValue | undefined;
  /** Bool [batch, time] in this order: which steps count. Undefined: all. */
  readonly mask?: string | undefined;
}

/** `axes` as in `LayerValue`; both with the batch, which is the first in both. */
export interface FlattenedValue {
  readonly shape: readonly (number | null)[];
  readonly axes: readonly number[];
}

/** What the exporter of a layer gives back for an output. */
export interface LayerResult {
  readonly name: string;
  /** @default what the layer says */
  readonly shape?: LayerShape;
  /** @default the type of the first input */
  readonly type?: ElementType;
  /** @default as the layers see it */
  readonly axes?: readonly number[];
  readonly flattened?: FlattenedValue | undefined;
  /** null: all steps count. @default the mask of the first input where the layer supports masking */
  readonly mask?: string | null;
}

/** 0, 1, ... below `count`. */
export function range(count: number): number[] {
  return Array.from({ length: count }, (_, at) => at);
}

/** Axes of a value whose last axis comes behind the batch. */
export function channelFirstAxes(rank: number): number[] {
  return rank < 3 ? range(rank) : [0, rank - 1, ...range(rank - 2).map((at) => at + 1)];
}

/** Dimension of the graph that is `axis` of the value's shape; a negative axis counts from the end. */
export function dimensionOf({ axes }: Pick<LayerValue, 'axes'>, axis: number): number {
  return axes.indexOf(axis < 0 ? axis + axes.length : axis);
}

/** Sizes in the order in which the value lies in the graph. */
export function sizesInGraph({ shape, axes }: Pick<LayerValue, 'shape' | 'axes'>): (number | null)[] {
  return axes.map((axis) => shape[axis] ?? null);
}

/** Whether the value lies as the layers see it. */
export function isPlain({ axes, flattened }: Pick<LayerValue, 'axes' | 'flattened'>): boolean {
  return flattened === undefined && axes.every((axis, at) => axis === at);
}
