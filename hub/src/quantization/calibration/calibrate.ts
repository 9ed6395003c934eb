import {
  type CalibrationMethod,
  exposeActivations,
  type Model,
  modelStats,
  OnnxError,
  planQuantization,
  type QuantizedNode,
  type Tensor,
  type ValueRange,
  writeModel,
} from '@edgeloop/onnx';
import { discardBuffers } from '../../discard-buffers.ts';
import { OutsideError, RequestError } from '../../errors.ts';
import type { GraphEngine, Tensors } from '../../graph-engine.ts';
import { type FeedSource, feedsAtOnce, likeRow } from '../feed-source.ts';
import { ObservedValue, type SkipReason } from './observed-value.ts';

/** What the values of one run may take together. */
const RUN_BYTES = 64 * 1024 * 1024;

export interface CalibrationOptions {
  readonly methods: readonly CalibrationMethod[];
  /** Share of the values that 'percentile' keeps, in percent. @default 99.999 */
  readonly percentile?: number | undefined;
  /** Names of the values to observe. @default what static quantization turns into integers */
  readonly values?: readonly string[] | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called after each run with the rows seen so far. */
  readonly onRows?: ((rows: number) => void) | undefined;
}

/** A value without a range, and why. */
export interface SkippedValue {
  readonly value: string;
  readonly reason: SkipReason;
}

/** What the values of a model were like over calibration rows. */
export interface Calibration {
  /** By method and value. */
  readonly ranges: ReadonlyMap<CalibrationMethod, ReadonlyMap<string, ValueRange>>;
  /** Mean of each channel, [channel], of the values that nodes with weights read. */
  readonly means: ReadonlyMap<string, Float32Array>;
  /** Largest magnitude of each channel, [channel], of the same values. */
  readonly maxima: ReadonlyMap<string, Float32Array>;
  readonly skipped: readonly SkippedValue[];
  /** Rows that were run: all but what is left over where the model takes a fixed number at once. */
  readonly rows: number;
  /** Memory of what was kept of all rows: at most 1 MiB a value, however many there are. */
  readonly sizeBytes: number;
}

/**
 * Runs rows through a model, once for all methods, and tells the ranges of the values inside. No row is kept.
 *
 * @throws RequestError INVALID_INPUT without rows, or with fewer than the model takes at once
 * @throws OutsideError MODEL_INVALID for a value that is not finite, or where the model cannot run; details: value, rows
 * @throws what the signal was aborted with
 */
export async function calibrate(
  model: Model,
  source: FeedSource,
  engine: GraphEngine,
  options: CalibrationOptions,
): Promise<Calibration> {
  const observed = observedValues(model, options);
  // What is fed need not come out again, and ONNX Runtime refuses some models whose inputs are outputs.
  const inputs = new Set(model.graph.input.map(({ name }) => name ?? ''));
  const exposed = exposeActivations(
    model,
    [...observed.keys()].filter((name) => !inputs.has(name)),
  );
  const atOnce = feedsAtOnce(exposed, source);
  const rows = isBatchFixed(model) ? source.rows - (source.rows % atOnce) : source.rows;
  if (rows < 1) {
    throw new RequestError(
      'INVALID_INPUT',
      `expected at least ${rows < source.rows ? atOnce : 1} rows, got ${source.rows}`,
    );
  }
  if (observed.size > 0) await observeRows(exposed, { source, engine, rows, atOnce, observed, options });
  return calibrationOf(observed, options.methods, rows);
}

/** Whether the model takes only one number of rows: what is left over at the end cannot run. */
function isBatchFixed(model: Model): boolean {
  return modelStats(model).inputs.some(({ dims }) => typeof dims?.[0] === 'number' && dims[0] > 1);
}

function observedValues(model: Model, { methods, percentile, values }: CalibrationOptions): Map<string, ObservedValue> {
  const plan = planQuantization(model);
  const axes = new Map(plan.quantized.map((node) => [node.activation, channelAxisOf(node)]));
  const names = [...new Set(values ?? plan.activations)];
  return new Map(
    names.map((name) => [name, new ObservedValue(name, { methods, percentile, channelAxis: axes.get(name) })]),
  );
}

/** Axis of the activation that counts what the weights have a column for each. */
function channelAxisOf({ operator }: QuantizedNode): number {
  return operator === 'MatMul' || operator === 'Gemm' ? -1 : 1;
}

interface Observation {
  readonly source: FeedSource;
  readonly engine: GraphEngine;
  /** All rows, and those in one run. */
  readonly rows: number;
  readonly atOnce: number;
  readonly observed: ReadonlyMap<string, ObservedValue>;
  readonly options: CalibrationOptions;
}

async function observeRows(exposed: Model, observation: Observation): Promise<void> {
  const { source, engine, rows, atOnce, observed } = observation;
  const { signal, onRows } = observation.options;
  signal?.throwIfAborted();
  const runner = await engine.open(writeModel(exposed));
  try {
    // Shapes that are known only in a run cannot be counted before it: the first run is as small as can be.
    let count = isBatchFixed(exposed) || areShapesKnown(likeRow(exposed, source)) ? atOnce : 1;
    for (let start = 0; start < rows; ) {
      signal?.throwIfAborted();
      const feeds = source.feeds(start, count);
      const outputs = await runner.run(feeds);
      const end = Math.min(rows, start + count);
      for (const [name, value] of observed) observe(name, value, feeds[name] ?? outputs[name], [start, end]);
      if (start === 0 && count < atOnce)
        count = Math.min(atOnce, Math.max(1, Math.floor(RUN_BYTES / bytesOf(outputs))));
      start = end;
      discard(outputs, feeds);
      onRows?.(end);
    }
  } finally {
    await runner.close();
  }
}

function observe(name: string, value: ObservedValue, tensor: Tensor | undefined, [start, end]: [number, number]): void {
  if (tensor === undefined) {
    throw new OutsideError('MODEL_INVALID', `expected value ${name} from the model, got none`, {
      details: { value: name },
    });
  }
  try {
    value.observe(tensor, end - start);
  } catch (cause) {
    if (!(cause instanceof OnnxError)) throw cause;
    const details = { value: name, rows: [start, end] };
    throw new OutsideError('MODEL_INVALID', `calibrate value ${name} on rows ${start} to ${end - 1}`, {
      cause,
      details,
    });
  }
}

function areShapesKnown(model: Model): boolean {
  return modelStats(model).outputs.every(({ dims }) => dims?.every((dim) => typeof dim === 'number'));
}

function bytesOf(tensors: Tensors): number {
  return buffersOf(tensors).reduce((sum, { byteLength }) => sum + byteLength, 1);
}

/** Frees what a run gave, which would else pile up until the next garbage collection. */
function discard(outputs: Tensors, feeds: Tensors): void {
  const fed = new Set(buffersOf(feeds));
  discardBuffers([...new Set(buffersOf(outputs))].filter((buffer) => !fed.has(buffer)));
}

function buffersOf(tensors: Tensors): ArrayBuffer[] {
  return Object.values(tensors).flatMap(({ data }) =>
    ArrayBuffer.isView(data) && data.buffer instanceof ArrayBuffer ? [data.buffer] : [],
  );
}

function calibrationOf(
  observed: ReadonlyMap<string, ObservedValue>,
  methods: readonly CalibrationMethod[],
  rows: number,
): Calibration {
  const ranges = new Map(methods.map((method) => [method, new Map<string, ValueRange>()]));
  const [means, maxima] = [new Map<string, Float32Array>(), new Map<string, Float32Array>()];
  const skipped: SkippedValue[] = [];
  let sizeBytes = 0;
  for (const [name, value] of observed) {
    sizeBytes += value.sizeBytes;
    if (value.skipReason) {
      skipped.push({ value: name, reason: value.skipReason });
      continue;
    }
    for (const [method, range] of value.ranges()) ranges.get(method)?.set(name, range);
    if (!value.channels) continue;
    means.set(name, value.channels.means());
    maxima.set(name, value.channels.maxima());
  }
  return { ranges, means, maxima, skipped, rows, sizeBytes };
}
