import type { tf } from '../../../tensorflow/tensorflow.ts';
import type { ExportContext } from '../../export-context.ts';
import type { LayerShape } from '../../layer-value.ts';
import type { StepNodes } from '../step-nodes.ts';
import type { FusedCell } from './fused-cell.ts';

/** One step of a recurrent layer. The first of its states is its output. */
export interface RecurrentCell {
  /** Sizes of each state behind the batch, as they lie in the graph. */
  readonly stateSizes: readonly (readonly number[])[];
  /** Axes of TensorFlow.js of each dimension of the output behind the batch. */
  readonly stateAxes: readonly number[];
  /** The operator that runs all steps of such a cell; undefined when ONNX has none. */
  readonly fused?: FusedCell | undefined;
  /** Adds what does not depend on the states: for one step, or with time in front for all steps at once. */
  read(nodes: StepNodes, input: string): string[];
  /** Adds one step; returns the next states. */
  step(nodes: StepNodes, read: readonly string[], states: readonly string[]): string[];
}

/** A cell within a call of its layer. */
export interface CellCall {
  readonly cell: tf.layers.Layer;
  readonly context: ExportContext;
  /** Of one step, batch first. */
  readonly inputShape: LayerShape;
  /** Name of the number of rows, int64 [1]. */
  batch(): string;
}

export type CellExporter = (call: CellCall) => RecurrentCell;
