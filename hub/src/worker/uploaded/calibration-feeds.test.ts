import { float32, GraphBuilder, type Model } from '@edgeloop/onnx';
import { describe, expect, test } from 'vitest';
import { codedColumn } from '../../datasets/table-rows.ts';
import type { CalibrationMapping } from '../../store/calibration-mapping.ts';
import type { Table } from '../../store/table.ts';
import { OrtEngine } from '../ort/ort-engine.ts';
import { type CalibrationFeeds, calibrationFeeds } from './calibration-feeds.ts';

const ENGINE = new OrtEngine();

/** A model that reads inputs of these shapes and gives the first one back. */
function reader(...shapes: (readonly (number | string)[])[]): Model {
  const graph = new GraphBuilder();
  for (const [index, shape] of shapes.entries()) graph.input(`x${index}`, 'float32', [...shape]);
  const all = shapes.map((_, index) => graph.node('Flatten', [`x${index}`]));
  graph.node('Concat', all, { axis: 1 }, { outputs: ['y'] });
  return graph.output('y', 'float32', ['batch', 'columns']).build();
}

/** Two columns of numbers, the second with a gap, a text, and a label that is a number. */
const NUMBERS: Table = {
  rows: 6,
  columns: [
    { kind: 'number', name: 'a', values: Float64Array.of(1, 2, 3, 4, 5, 6) },
    { kind: 'number', name: 'b', values: Float64Array.of(10, Number.NaN, 30, 40, 50, 20) },
    codedColumn('note', 'text', ['u', 'v', 'w', 'x', 'y', 'z']),
    { kind: 'number', name: 'label', values: Float64Array.of(0, 1, 0, 1, 0, 1) },
  ],
};

/** Grey images of 1 x 2 whose left pixel is ten times the number of the row. */
const IMAGES: Table = {
  rows: 4,
  columns: [
    { kind: 'number', name: 'brightness', values: Float64Array.of(1, 2, 3, 4) },
    ...[{ kind: 'image' as const, name: 'photo', height: 1, width: 2, channels: 1 }].map((column) => ({
      ...column,
      pixels: Uint8Array.of(0, 255, 10, 255, 20, 255, 30, 255),
    })),
  ],
};

function feeds(model: Model, table: Table, mapping: CalibrationMapping = {}): Promise<CalibrationFeeds> {
  return calibrationFeeds({ model, table, label: 'label', mapping, engine: ENGINE });
}

describe('rows of a data set for a model made elsewhere', () => {
  test('are all numbers but the label, every second one to judge by, gaps filled with the mean', async () => {
    const { calibration, judged } = await feeds(reader(['batch', 2]), NUMBERS);
    expect([calibration.rows, judged.rows]).toEqual([3, 3]);
    expect(calibration.feeds(0, 9)['x0']).toEqual(float32([1, 10, 3, 30, 5, 50], [3, 2]));
    // The mean of 10, 30, 40, 50 and 20.
    expect(judged.feeds(0, 2)['x0']).toEqual(float32([2, 30, 4, 40], [2, 2]));
    expect(judged.feeds(2, 1)['x0']).toEqual(float32([6, 20], [1, 2]));
  });

  test('are scaled as the mapping says', async () => {
    const input = { scale: 0.5, mean: [1, 0], deviation: 2, resize: 'linear' } as const;
    const mapping = { columns: ['b', 'a'], input: { ...input, mean: [...input.mean] } };
    const { calibration } = await feeds(reader(['batch', 2]), NUMBERS, mapping);
    // (10 * 0.5 - 1) / 2 and (1 * 0.5 - 0) / 2
    expect(calibration.feeds(0, 1)['x0']).toEqual(float32([2, 0.25], [1, 2]));
  });

  test('are images where there are some, in the size, the layout and the channels of the model', async () => {
    const { calibration } = await feeds(reader(['batch', 3, 2, 4]), IMAGES, { input: { resize: 'nearest' } });
    const image = calibration.feeds(1, 1)['x0'];
    expect(image!.dims).toEqual([1, 3, 2, 4]);
    // 20 and 255 of 255, brought to -1 to 1, each pixel twice along both sides and in every channel.
    const [left, right] = [Math.fround(20 / 255 / 0.5 - 1), 1];
    const row = [left, left, right, right];
    for (const [at, value] of [...(image!.data as Float32Array)].entries()) expect(value).toBeCloseTo(row[at % 4]!, 6);
  });

  test('come in the batches that the model fixes', async () => {
    const { calibration, judged } = await feeds(reader([3, 2]), NUMBERS);
    expect([calibration.rows, judged.rows, calibration.atOnce]).toEqual([1, 1, 1]);
    expect(judged.feeds(0, 1)['x0']?.dims).toEqual([3, 2]);
  });

  test('are refused with every reason why they cannot feed the model', async () => {
    const refusals: [Promise<unknown>, RegExp][] = [
      [feeds(reader(['batch', 5]), NUMBERS), /^input x0 of the model reads 5 columns, the data set gives 2$/],
      [feeds(reader(['batch', 2], ['batch', 1]), NUMBERS), /^the model must have one input, got 2: x0, x1$/],
      [feeds(reader(['batch', 3, 8, 8]), NUMBERS), /^image: input x0 of the model reads images/],
      [feeds(reader(['batch', 1]), NUMBERS, { columns: ['note'] }), /one column of images, got note \(text\)$/],
      [feeds(reader(['batch', 1]), NUMBERS, { columns: ['c'] }), /^no column "c"; the columns are a, b, note, label$/],
      [
        feeds(reader(['batch', 1, 2, 2]), NUMBERS, { image: { height: 2, width: 2, channels: 1 } }),
        /^image: expected 4 columns, one a pixel, got 2$/,
      ],
      [
        feeds(reader(['batch', 2]), NUMBERS, { input: { mean: [1, 2, 3], resize: 'linear' } }),
        /^input.mean: expected one value or one for each of 2 columns, got 3$/,
      ],
      [feeds(reader([4, 2]), NUMBERS), /^the data set must have at least 8 rows, got 6$/],
    ];
    for (const [refused, message] of refusals) {
      await expect(refused).rejects.toMatchObject({ code: 'INVALID_INPUT', message: expect.stringMatching(message) });
    }
  });
});
