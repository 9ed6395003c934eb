import { withFields } from '../../../format/messages.ts';
import type { GraphBuilder } from '../../../graph/graph-builder.ts';
import { dropsLastWindow, hasCeilMode, type WindowAxis, windowExtent } from '../../../shape/window-axes.ts';
import { floatTensor } from '../../../tensor/float-tensor.ts';
import { int64 } from '../../../tensor/tensor.ts';
import type { GradientRule, RuleContext } from '../../rule-context.ts';
import { REDUCING_SCATTER_OPSET } from '../../scatter-add.ts';
import { firstWins } from './first-wins.ts';
import { windowsOfPooling } from './pooling-windows.ts';
import { reverseWindows } from './reversed-windows.ts';
import { type FixedGeometry, isFixed, kernelSize, withFrontAxes } from './window-geometry.ts';
import { seenByEntry } from './window-slices.ts';

/**
 * Most positions of a channel whose overlapping windows are compared entry by entry: where there are more, ONNX Runtime
 * is faster with indices, and needs half the memory.
 */
const MOST_OVERLAPPED_POSITIONS = 2 ** 9;

/** dY goes to the first of the largest entries of each window, in row-major order. ONNX MaxPool-12 */
export const maxPoolGradient: GradientRule = (context) => [
  () => {
    const windows = windowsOfPooling(context);
    return isFixed(windows) && isComparable(context, windows)
      ? byComparison(context, windows)
      : byIndices(context, windows.axes);
  },
];

function isComparable(context: RuleContext, { axes, sizes, counts }: FixedGeometry): boolean {
  // ONNX Runtime has no other kernels of ConvTranspose, and refuses a graph whose shapes it expects to differ.
  if (context.floatType !== 'float32') return false;
  const isLarge = sizes.reduce((all, size) => all * size, 1) > MOST_OVERLAPPED_POSITIONS;
  if (isLarge && overlap(axes) && context.opset >= REDUCING_SCATTER_OPSET) return false;
  return !hasCeilMode(context.node) || !axes.some((axis, at) => dropsLastWindow(axis, sizes[at] ?? 0, counts[at] ?? 0));
}

/**
 * Compares every entry of the windows with the largest, all windows at a time: ONNX Runtime finds indices far more
 * slowly than values.
 */
function byComparison(context: RuleContext, windows: FixedGeometry): string {
  const { axes, counts } = windows;
  const lowest = context.scalar(Number.NEGATIVE_INFINITY);
  const seen = seenByEntry(context, context.input(0), windows, lowest);
  const parts = firstWins(context, seen, context.output()).map((part) => withFrontAxes(context, part, [-1, 1], counts));
  const values = parts.length === 1 ? (parts[0] ?? '') : context.op('Concat', parts, { axis: 1 });
  const back = reverseWindows(context, {
    ...{ ...windows, values, sized: context.input(0) },
    weights: oneEntryKernels(context, axes),
  });
  return context.op('Reshape', [back, context.shapeOf(0)]);
}

/** Kernels [entry, 1, ...kernel] that put each channel at its own entry. */
function oneEntryKernels(context: RuleContext, axes: readonly WindowAxis[]): string {
  const entries = kernelSize(axes);
  const data = new Float32Array(entries * entries);
  for (let entry = 0; entry < entries; entry++) data[entry * (entries + 1)] = 1;
  const dims = [entries, 1, ...axes.map(({ kernel }) => kernel)];
  return context.constant({ type: 'float32', dims, data });
}

/**
 * One example of the batch after the other: indices take eight bytes each, and ONNX Runtime copies them once more, so
 * those of all examples would be several times the input.
 */
function byIndices(context: RuleContext, axes: readonly WindowAxis[]): string {
  const isAdded = overlap(axes);
  if (isAdded && context.opset < REDUCING_SCATTER_OPSET) {
    throw context.refusal(
      `windows that do not overlap, spatial sizes that are known, or an operator set of at least ${REDUCING_SCATTER_OPSET}`,
    );
  }
  const body = context.inner('grad_example');
  const rank = axes.length + 1;
  const [x, dy] = ['x', 'dy'].map((name) => body.freshInput(name, context.floatType, Array(rank).fill(undefined)));
  const indices = indicesOf(context, body, body.node('Unsqueeze', [x, body.constant(int64([0]))]));
  const list = body.constant(int64([-1]));
  const size = body.node('Reshape', [body.node('Size', [x]), list]);
  const zeros = body.node('Expand', [body.constant(floatTensor(context.floatType, [0], [])), size]);
  const parts = [indices, dy].map((value) => body.node('Reshape', [value, list]));
  const sum = body.node('ScatterElements', [zeros, ...parts], { axis: 0, reduction: isAdded ? 'add' : undefined });
  body.output(body.node('Reshape', [sum, body.node('Shape', [x])]), context.floatType, Array(rank).fill(undefined));
  return context.op('Scan', [context.input(0), context.gradient()], { body: body.graph(), num_scan_inputs: 2 });
}

function overlap(axes: readonly WindowAxis[]): boolean {
  return axes.some((axis) => axis.stride < windowExtent(axis));
}

/** The node over other values, for its indices in row-major order. */
function indicesOf({ node }: RuleContext, body: GraphBuilder, value: string): string {
  const [largest, indices] = [body.fresh('largest'), body.fresh('indices')];
  const attribute = node.attribute.filter(({ name }) => name !== 'storage_order');
  body.keep(withFields(node, { name: body.fresh('max_pool'), input: [value], output: [largest, indices], attribute }));
  return indices;
}
