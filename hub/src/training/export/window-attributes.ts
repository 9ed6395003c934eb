import type { AttributeValue } from '@edgeloop/onnx';

/** Windows that move over the spatial dimensions of an image, a sequence or a volume. */
export interface Windows {
  /** Sizes of the spatial dimensions; null where open. */
  readonly sizes: readonly (number | null)[];
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  /** @default 1 everywhere */
  readonly dilations?: readonly number[];
  readonly padding: string;
}

/**
 * Attributes of Conv and pools. `same` pads the odd entry behind, as TensorFlow does.
 *
 * @see ONNX Conv-11, auto_pad SAME_UPPER
 */
export function windowAttributes(windows: Windows): Record<string, AttributeValue | undefined> {
  const { kernel, strides, dilations, padding } = windows;
  const isDilated = dilations?.some((dilation) => dilation !== 1) ?? false;
  return {
    kernel_shape: kernel,
    strides,
    dilations: isDilated ? dilations : undefined,
    ...(padding === 'same' ? samePadding(windows) : {}),
  };
}

function samePadding({ sizes, kernel, strides, dilations }: Windows): Record<string, AttributeValue> {
  const totals = kernel.map((size, at) => {
    const reach = (size - 1) * (dilations?.[at] ?? 1) + 1;
    return samePads(sizes[at] ?? null, reach, strides[at] ?? 1);
  });
  if (totals.includes(undefined)) return { auto_pad: 'SAME_UPPER' };
  const known = totals.map((total) => total ?? 0);
  return { pads: [...known.map((total) => Math.floor(total / 2)), ...known.map((total) => Math.ceil(total / 2))] };
}

/** Undefined where it depends on an open size. */
function samePads(size: number | null, reach: number, stride: number): number | undefined {
  if (stride === 1) return reach - 1;
  if (size === null) return undefined;
  return Math.max((Math.ceil(size / stride) - 1) * stride + reach - size, 0);
}

/**
 * Attributes of ConvTranspose: `same` gives strides times the size, `valid` all that a window reaches, at least that.
 *
 * @see ONNX ConvTranspose-11: size = stride * (input - 1) + output_padding + kernel - pads
 */
export function transposedWindowAttributes({
  kernel,
  strides,
  padding,
}: Pick<Windows, 'kernel' | 'strides' | 'padding'>): Record<string, AttributeValue | undefined> {
  const excess = kernel.map((size, at) => size - (strides[at] ?? 1));
  const cut = excess.map((size) => (padding === 'same' ? Math.max(size, 0) : 0));
  const missing = excess.map((size) => Math.max(-size, 0));
  return {
    kernel_shape: kernel,
    strides,
    pads: [...cut.map((size) => Math.floor(size / 2)), ...cut.map((size) => Math.ceil(size / 2))],
    output_padding: missing.some((size) => size > 0) ? missing : undefined,
  };
}
