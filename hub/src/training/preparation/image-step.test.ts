import { describe, expect, test } from 'vitest';
import type { InputRows } from '../../store/model-rows.ts';
import type { PreprocessingInput } from '../../store/recipe/preprocessing.ts';
import { prepared } from '../../testing/prepared.ts';
import { runPython } from '../../testing/python.ts';
import { SeededRandom } from '../seeded-random.ts';

type Size = readonly [height: number, width: number, channels: number];

const PILLOW = `
import numpy
from PIL import Image
def resized(image, size):
    planes = numpy.moveaxis(numpy.array(image, dtype=numpy.float32), -1, 0)
    return [numpy.array(Image.fromarray(p, "F").resize((size[1], size[0]), Image.BILINEAR)).tolist() for p in planes]
print(json.dumps([resized(image, size) for image, size in json.load(sys.stdin)]))`;

/** Both sides are float32 and add up to 255 in different orders. */
const DIGITS = 3;

function images(values: Uint8Array, dims: Size, isOpen = true): Parameters<typeof prepared>[0] {
  const spec = { name: 'image', kind: 'image', columns: ['photo'], dims: isOpen ? [-1, -1, dims[2]] : dims } as const;
  const input: InputRows = { spec, dims, values };
  return { rows: values.length / (dims[0] * dims[1] * dims[2]), inputs: [input] };
}

function randomBytes(count: number, seed: number): Uint8Array {
  const random = new SeededRandom(seed);
  return Uint8Array.from({ length: count }, () => Math.floor(random.next() * 256));
}

const sized = (height: number, width: number): PreprocessingInput => ({ image: { height, width, pixels: 'unit' } });

/** Bytes [height, width, channels] as nested arrays. */
function nested(bytes: Uint8Array, [height, width, channels]: Size): number[][][] {
  return Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_, x) => {
      const start = (y * width + x) * channels;
      return [...bytes.subarray(start, start + channels)];
    }),
  );
}

/** One line resized with a triangle as wide as the pixels that become one, at least 2. */
function resizedLine(line: readonly number[], size: number): number[] {
  const scale = line.length / size;
  const support = Math.max(1, scale);
  return Array.from({ length: size }, (_, at) => {
    const center = (at + 0.5) * scale;
    const weights = line.map((_, place) => Math.max(0, 1 - Math.abs(place + 0.5 - center) / support));
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return line.reduce((total, value, place) => total + (value * (weights[place] ?? 0)) / sum, 0);
  });
}

/** [channels, height, width] of an image, flat. */
function resizedImage(bytes: Uint8Array, size: Size, height: number, width: number): number[] {
  return Array.from({ length: size[2] }, (_, channel) => {
    const plane = nested(bytes, size).map((line) => line.map((pixel) => pixel[channel] ?? 0));
    const wide = plane.map((line) => resizedLine(line, width));
    const columns = Array.from({ length: width }, (_, x) =>
      resizedLine(
        wide.map((line) => line[x] ?? 0),
        height,
      ),
    );
    return Array.from({ length: height }, (_, y) => columns.map((column) => column[y] ?? 0)).flat();
  }).flat();
}

const CASES: readonly (readonly [from: Size, height: number, width: number])[] = [
  [[8, 6, 3], 4, 4],
  [[5, 7, 1], 3, 2],
  [[3, 4, 4], 9, 11],
  [[31, 17, 3], 8, 20],
  [[1, 1, 3], 5, 4],
  [[6, 6, 1], 1, 1],
  [[64, 2, 2], 3, 2],
];

describe('preparing images', () => {
  for (const [index, [from, height, width]] of CASES.entries()) {
    test(`${from.join(' x ')} becomes ${height} x ${width}, channel first`, async () => {
      const bytes = randomBytes(from[0] * from[1] * from[2] * 2, index);
      const { rows, dims, parts } = await prepared(images(bytes, from), sized(height, width));
      expect(dims).toEqual([from[2], height, width]);
      expect(parts).toEqual([{ name: 'image', kind: 'image', dims: [height, width, from[2]] }]);
      for (const [row, values] of rows.entries()) {
        const image = bytes.subarray((row * bytes.length) / 2, ((row + 1) * bytes.length) / 2);
        const expected = resizedImage(image, from, height, width);
        for (const [at, value] of expected.entries()) expect((values[at] ?? 0) * 255).toBeCloseTo(value, DIGITS);
      }
    });
  }

  test('resizing is that of Pillow', async (context) => {
    const cases = CASES.map(([from, height, width], index) => ({
      ...{ from, height, width },
      bytes: randomBytes(from[0] * from[1] * from[2], index + 100),
    }));
    const expected = runPython(
      PILLOW,
      cases.map(({ bytes, from, height, width }) => [nested(bytes, from), [height, width]]),
    ) as number[][][][] | undefined;
    if (expected === undefined) return context.skip('no Python interpreter here has Pillow');
    for (const [index, { bytes, from, height, width }] of cases.entries()) {
      const { rows } = await prepared(images(bytes, from), sized(height, width));
      const values = expected[index]?.flat(2) ?? [];
      expect(values).toHaveLength(rows[0]?.length ?? 0);
      for (const [at, value] of values.entries()) expect((rows[0]?.[at] ?? 0) * 255).toBeCloseTo(value, DIGITS);
    }
  });

  test('each channel has mean 0 and deviation 1 over the training images that are there', async () => {
    const size: Size = [4, 5, 3];
    const bytes = randomBytes(60 * 4, 3).map((byte, at) => (at % 3 === 2 ? 77 : byte));
    bytes.fill(0, 60, 120);
    const { rows } = await prepared(images(bytes, size, false));
    expect(rows[1]).toEqual(new Array(60).fill(0));
    for (const channel of [0, 1, 2]) {
      const values = [0, 2, 3].flatMap((row) => rows[row]?.slice(channel * 20, channel * 20 + 20) ?? []);
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
      expect(mean).toBeCloseTo(0, 5);
      // The third never changes.
      expect(squares / values.length).toBeCloseTo(channel === 2 ? 0 : 1, 4);
    }
  });

  test('a missing image is 0 everywhere, a black one with a single pixel is not', async () => {
    const size: Size = [10, 10, 1];
    const bytes = randomBytes(300, 4);
    bytes.fill(0, 100, 300);
    bytes[250] = 1;
    const { rows } = await prepared(images(bytes, size), { image: { height: 3, width: 3 } });
    expect(rows[1]).toEqual(new Array(9).fill(0));
    expect(rows[2]?.every((value) => value < -0.5)).toBe(true);
  });

  test('images of other sizes than those in training come to the same size', async () => {
    const train = images(randomBytes(64 * 3, 5), [8, 8, 3]);
    const large = images(randomBytes(50 * 40 * 3, 6), [50, 40, 3]);
    const { rows, dims } = await prepared(train, {}, large);
    expect(dims).toEqual([3, 8, 8]);
    expect(rows[0]).toHaveLength(192);
  });

  test('unless told otherwise, large images are brought to 96 pixels at their longer side', async () => {
    const { dims } = await prepared(images(randomBytes(200 * 100, 7), [200, 100, 1]));
    expect(dims).toEqual([1, 96, 48]);
  });

  test('number columns that are pixels become an image too', async () => {
    const spec = { name: 'features', kind: 'numbers', columns: ['a', 'b', 'c', 'd', 'e', 'f'], dims: [6] } as const;
    const values = Float32Array.of(0, 1, 2, 3, 4, 5, Number.NaN, 1, 2, 3, 4, 5);
    const inputs = [{ spec, dims: [6], values }];
    const pixels = { height: 1, width: 3, channels: 2 };
    const { rows, dims, parts } = await prepared({ rows: 2, inputs }, {}, { rows: 2, inputs }, { pixels });
    expect(dims).toEqual([2, 1, 3]);
    expect(parts).toEqual([{ name: 'pixels', kind: 'image', dims: [1, 3, 2] }]);
    const known = [...values].filter((value) => !Number.isNaN(value));
    const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
    const deviation = Math.sqrt(known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / known.length);
    const expected = [0, 2, 4, 1, 3, 5].map((value) => (value - mean) / deviation);
    for (const [at, value] of expected.entries()) expect(rows[0]?.[at]).toBeCloseTo(value, 5);
    expect(rows[1]?.[0]).toBe(0);
  });
});
