import { describe, expect, test } from 'vitest';
import type { GraphBuilder } from '../../../graph/graph-builder.ts';
import { float32, scalar, type Tensor, tensor } from '../../../tensor/tensor.ts';
import { gradientError } from '../../../testing/gradient-check.ts';
import { pointGradients } from '../../../testing/point-gradients.ts';
import { pythonWith, runPython } from '../../../testing/python.ts';
import { randomFloat32, seededRandom } from '../../../testing/random-tensors.ts';

interface Quantization {
  readonly scale: Tensor;
  readonly zeroPoint?: Tensor;
  readonly axis?: number;
}

/** x -> integers -> numbers, times the weights of the point. */
function weighted({ scale, zeroPoint, axis }: Quantization) {
  return (graph: GraphBuilder): string => {
    const parameters = [graph.constant(scale), zeroPoint && graph.constant(zeroPoint)];
    const quantized = graph.node('QuantizeLinear', ['x', ...parameters], { axis });
    return graph.node('Mul', [graph.node('DequantizeLinear', [quantized, ...parameters], { axis }), 'w']);
  };
}

const UINT8: Quantization = { scale: scalar(0.02), zeroPoint: tensor('uint8', [], Uint8Array.of(100)) };
const INT8: Quantization = { scale: scalar(0.02), zeroPoint: tensor('int8', [], Int8Array.of(0)) };
const PER_CHANNEL: Quantization = {
  scale: float32([0.01, 0.02, 0.04]),
  zeroPoint: tensor('int8', [3], new Int8Array(3)),
  axis: 1,
};

describe('the gradient through integers', () => {
  test('is that of a line where a value is kept, and nothing where it was clipped', async () => {
    const x = float32([-3, -2.02, -2, -1, 0, 1, 3.09, 3.12, 9]);
    const w = float32(x.data.map((_, at) => at + 1));
    const { x: gradient } = await pointGradients({ x, w }, weighted(UINT8));
    // -2 is the integer 0 and 3.1 the integer 255; a half of 0.02 beyond is rounded to them still.
    expect(gradient).toEqual([0, 0, 3, 4, 5, 6, 7, 0, 0]);
  });

  test('has a range of its own for every channel', async () => {
    const x = float32([1.27, 1.28, 2.54, 2.56, 5.08, 5.12, -1.28, -1.29, -2.56, -2.58, -5.12, -5.16], [2, 3, 2]);
    const w = float32(new Float32Array(12).fill(1), [2, 3, 2]);
    const { x: gradient } = await pointGradients({ x, w }, weighted(PER_CHANNEL));
    expect(gradient).toEqual([1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0]);
  });

  test('is the slope of clipping alone, whose finite differences see no steps', async () => {
    const x = randomFloat32(seededRandom(4), [40], 4);
    const w = randomFloat32(seededRandom(5), [40], 2);
    const { x: straight } = await pointGradients({ x, w }, weighted(UINT8));
    const clipped = (graph: GraphBuilder) => {
      const limits = [scalar(-100.5 * 0.02), scalar(155.5 * 0.02)].map((limit) => graph.constant(limit));
      return graph.node('Mul', [graph.node('Clip', ['x', ...limits]), 'w']);
    };
    // Five points of a piecewise linear function in float32: right to 1e-5 away from its two corners.
    const away = float32(
      x.data.map((value) => (Math.abs(value + 2.01) < 0.1 || Math.abs(value - 3.11) < 0.1 ? 0 : value)),
    );
    expect(await gradientError({ x: away, w }, clipped)).toBeLessThan(1e-4);
    expect((await pointGradients({ x, w }, clipped))['x']).toEqual(straight);
  });

  test('passes weights whose scale is made of their own largest entry', async () => {
    const x = float32([-3, 2, 0.5, 0], [2, 2]);
    const { x: gradient } = await pointGradients({ x, w: float32([1, 2, 3, 4], [2, 2]) }, (graph) => {
      const largest = graph.node(
        'ReduceMax',
        [graph.node('Abs', ['x']), graph.constant(tensor('int64', [1], BigInt64Array.of(1n)))],
        { keepdims: 0 },
      );
      const scale = graph.node('Div', [largest, graph.constant(scalar(127))]);
      const zeroPoint = graph.constant(tensor('int8', [2], new Int8Array(2)));
      const quantized = graph.node('QuantizeLinear', ['x', scale, zeroPoint], { axis: 0 });
      return graph.node('Mul', [graph.node('DequantizeLinear', [quantized, scale, zeroPoint], { axis: 0 }), 'w']);
    });
    expect(gradient).toEqual([1, 2, 3, 4]);
  });

  test('works out the range of a scale that is computed', async () => {
    const x = float32([-3, -1, 1, 3]);
    const { x: gradient } = await pointGradients({ x, w: float32([1, 2, 3, 4]) }, (graph) => {
      const scale = graph.node('Exp', [
        graph.node('Log', [
          graph.node('ReduceMax', [graph.node('Mul', ['w', graph.constant(scalar(0.005))])], { keepdims: 0 }),
        ]),
      ]);
      const zeroPoint = graph.constant(tensor('int8', [], Int8Array.of(0)));
      const quantized = graph.node('QuantizeLinear', ['x', scale, zeroPoint]);
      return graph.node('Mul', [graph.node('DequantizeLinear', [quantized, scale, zeroPoint]), 'w']);
    });
    expect(gradient).toEqual([0, 2, 3, 0]);
  });

  test('grows with the scale that integers are read with', async () => {
    const x = float32([-3, 1, 2, 9], [2, 2]);
    const read = (scale: Tensor, zeroPoint: Tensor) => (graph: GraphBuilder) => {
      const made = [graph.constant(scalar(0.02)), graph.constant(tensor('uint8', [], Uint8Array.of(100)))];
      const quantized = graph.node('QuantizeLinear', ['x', ...made]);
      const parameters = [graph.constant(scale), graph.constant(zeroPoint)];
      return graph.node('DequantizeLinear', [quantized, ...parameters], { axis: 1 });
    };
    const hundred = tensor('uint8', [], Uint8Array.of(100));
    expect(await pointGradients({ x }, read(scalar(0.04), hundred))).toEqual({ x: [0, 2, 2, 0] });
    const channels = [float32([0.02, 0.02]), tensor('uint8', [2], Uint8Array.of(100, 100))] as const;
    expect(await pointGradients({ x }, read(...channels))).toEqual({ x: [0, 1, 1, 0] });
    for (const other of [
      read(float32([0.02, 0.04]), channels[1]),
      read(scalar(0.02), tensor('uint8', [], Uint8Array.of(7))),
    ]) {
      await expect(pointGradients({ x }, other)).rejects.toMatchObject({ code: 'OPERATOR_NOT_DIFFERENTIABLE' });
    }
  });
});

const PYTORCH = pythonWith('torch');

const SCRIPT = `
import json, sys, torch
given = json.load(sys.stdin)
w = torch.tensor(given['w']).reshape(given['dims'])
def gradient(fake):
    x = torch.tensor(given['x']).reshape(given['dims']).requires_grad_()
    (fake(x) * w).sum().backward()
    return x.grad.flatten().tolist()
scales = torch.tensor([0.01, 0.02, 0.04])
json.dump({
  'uint8': gradient(lambda x: torch.fake_quantize_per_tensor_affine(x, 0.02, 100, 0, 255)),
  'int8': gradient(lambda x: torch.fake_quantize_per_tensor_affine(x, 0.02, 0, -128, 127)),
  'channels': gradient(lambda x: torch.fake_quantize_per_channel_affine(x, scales, torch.zeros(3, dtype=torch.int32), 1, -128, 127)),
}, sys.stdout)
`;

describe.skipIf('missing' in PYTORCH)(
  `as PyTorch has it${'missing' in PYTORCH ? ` (skipped: ${PYTORCH.missing})` : ''}`,
  () => {
    test('per tensor and per channel', async () => {
      const dims = [5, 3, 8];
      const x = randomFloat32(seededRandom(8), dims, 6);
      const w = randomFloat32(seededRandom(9), dims, 2);
      const command = 'command' in PYTORCH ? PYTORCH.command : '';
      const theirs = runPython(command, SCRIPT, { dims, x: [...x.data], w: [...w.data] }) as Record<string, number[]>;
      for (const [name, quantization] of Object.entries({ uint8: UINT8, int8: INT8, channels: PER_CHANNEL })) {
        const { x: own } = await pointGradients({ x, w }, weighted(quantization));
        const isClipped = own!.filter((entry) => entry === 0).length;
        expect(isClipped, name).toBeGreaterThan(10);
        expect(isClipped, name).toBeLessThan(110);
        // Gradients are entries of w or 0, so they are the same numbers.
        expect(own, name).toEqual(theirs[name]);
      }
    });
  },
);
