import fc from 'fast-check';
import type { AttributeValue } from '../format/attributes.ts';

/** A convolution or pooling to try: spatial sizes, kernel and the attributes that say how windows move. */
export interface WindowCase {
  readonly sizes: readonly number[];
  readonly kernel: readonly number[];
  readonly attributes: Readonly<Record<string, AttributeValue>>;
}

export interface WindowCaseOptions {
  /** Whether ONNX Runtime accepts dilations together with automatic padding: it does for pooling only. */
  readonly isPooling?: boolean;
  /** Largest padding on either side of axis `axis`, given the kernel. @default the kernel's size */
  readonly largestPad?: (kernel: number) => number;
  /** Smallest size of an axis. @default 5, on which every window fits */
  readonly smallest?: number;
}

interface AxisCase {
  readonly size: number;
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly before: number;
  readonly after: number;
}

/** One or two spatial axes on which at least one window fits. */
export function arbitraryWindows(options: WindowCaseOptions = {}): fc.Arbitrary<WindowCase> {
  const padding = fc.constantFrom('NOTSET', 'SAME_UPPER', 'SAME_LOWER', 'VALID');
  const axes = fc.array(arbitraryAxis(options), { minLength: 1, maxLength: 2 });
  return fc.tuple(axes, padding).map(([drawn, autoPad]) => windowCase(drawn, autoPad, options));
}

function arbitraryAxis(options: WindowCaseOptions): fc.Arbitrary<AxisCase> {
  const { smallest = 5, largestPad = (kernel) => kernel } = options;
  return fc.integer({ min: 1, max: 3 }).chain((kernel) => {
    const pad = fc.integer({ min: 0, max: Math.max(0, largestPad(kernel)) });
    return fc.record({
      size: fc.integer({ min: smallest, max: smallest + 2 }),
      kernel: fc.constant(kernel),
      stride: fc.integer({ min: 1, max: 3 }),
      dilation: fc.integer({ min: 1, max: 2 }),
      before: pad,
      after: pad,
    });
  });
}

function windowCase(axes: readonly AxisCase[], autoPad: string, { isPooling }: WindowCaseOptions): WindowCase {
  const isSame = autoPad === 'SAME_UPPER' || autoPad === 'SAME_LOWER';
  const pads = [...axes.map(({ before }) => before), ...axes.map(({ after }) => after)];
  return {
    sizes: axes.map(({ size }) => size),
    kernel: axes.map(({ kernel }) => kernel),
    attributes: {
      // A window that is smaller than its stride would be padded by less than nothing.
      strides: axes.map(({ stride, kernel }) => (isSame ? Math.min(stride, kernel) : stride)),
      dilations: axes.map(({ dilation }) => (isSame && !isPooling ? 1 : dilation)),
      ...(autoPad === 'NOTSET' ? { pads } : { auto_pad: autoPad }),
    },
  };
}
