import * as core from '@tensorflow/tfjs-core';

/** What is used of the plain backend. */
interface PlainBackend {
  readonly data: { get(dataId: object): { readonly values: core.TypedArray } };
  makeTensorInfo(shape: number[], dtype: core.DataType, values: core.TypedArray): core.TensorInfo;
}

interface SegmentSumCall {
  readonly inputs: Readonly<Record<'x' | 'segmentIds', core.TensorInfo>>;
  readonly backend: PlainBackend;
  readonly attrs: { readonly numSegments: number };
}

/**
 * Sums the rows of `x` that have the same id, in one pass over them. The library's own makes a pass for every possible
 * id: a step on a network that knows 10,000 words would take hours and gigabytes.
 */
function segmentSum({ inputs: { x, segmentIds }, backend, attrs: { numSegments } }: SegmentSumCall): core.TensorInfo {
  const valuesOf = ({ dataId }: core.TensorInfo): core.TypedArray => backend.data.get(dataId).values;
  const [values, ids] = [valuesOf(x), valuesOf(segmentIds)];
  const rowShape = x.shape.slice(segmentIds.shape.length);
  const size = core.util.sizeFromShape(rowShape);
  const sums = core.util.makeZerosTypedArray(numSegments * size, x.dtype as 'float32');
  for (let row = 0; row < ids.length; row++) {
    const id = ids[row] ?? -1;
    // Rows of no segment count nowhere, as in TensorFlow.
    if (id < 0 || id >= numSegments) continue;
    const [from, to] = [row * size, id * size];
    for (let at = 0; at < size; at++) sums[to + at] = (sums[to + at] ?? 0) + (values[from + at] ?? 0);
  }
  return backend.makeTensorInfo([numSegments, ...rowShape], x.dtype, sums);
}

/** Puts it in the place of the plain backend's own. */
export function replaceSegmentSum(): void {
  core.unregisterKernel(core.UnsortedSegmentSum, 'cpu');
  core.registerKernel({
    kernelName: core.UnsortedSegmentSum,
    backendName: 'cpu',
    kernelFunc: (call) => segmentSum(call as unknown as SegmentSumCall),
  });
}
