import { describe, expect, it, onTestFinished } from 'vitest';
import type { Reading } from '../reading.ts';
import { loadedModel, type MixedRow, mixedModel, mixedProbability, mixedSignature } from '../test-rig/mixed-model.ts';
import { Predictor } from './predictor.ts';

// float32 against double precision: a few units in the last place of a number below 1.
const TOLERANCE = 1e-6;
const AT = 1_700_500_000;
const NOON = new Date(AT * 1_000).toISOString();

async function makePredictor() {
  const signature = mixedSignature();
  const model = await loadedModel(mixedModel(), signature, onTestFinished);
  return new Predictor(model, { slot: 'default', model: 'mixed', version: 1, signature, idPrefix: 'x' });
}

async function predictOne(parts: Partial<Reading>) {
  const [inference] = await (await makePredictor()).predict([{ atMs: 1, fields: {}, ...parts }]);
  return inference!;
}

const image = (height: number, width: number, light: number) => ({
  dims: [height, width, 3],
  values: new Uint8Array(height * width * 3).fill(light),
});
const window = { dims: [4, 2], values: [1, 2, 3, Number.NaN, 5, 6, 7, 8] };
const windowRows = [
  [1, 2],
  [3, Number.NaN],
  [5, 6],
  [7, 8],
];

describe('a model with several kinds of inputs', () => {
  const cases: readonly (readonly [string, Partial<Reading>, MixedRow])[] = [
    [
      'everything',
      {
        fields: { heat: '1.5', load: 2, at: NOON, colour: 'red', note: 'größe 📏' },
        tensors: { image: image(2, 3, 51), window },
      },
      { heat: 1.5, load: 2, at: AT, colour: 'red', note: 'größe 📏', pixels: [51], window: windowRows },
    ],
    [
      'a table row alone',
      { fields: { heat: -1, load: '', at: AT, colour: 'blue' } },
      { heat: -1, at: AT, colour: 'blue' },
    ],
    ['a text alone', { fields: { note: 'hello' } }, { note: 'hello' }],
    ['an image alone', { tensors: { image: image(1, 1, 255) } }, { pixels: [255] }],
    ['a window alone', { tensors: { window } }, { window: windowRows }],
    ['nothing at all', {}, {}],
    ['a Unix time as text', { fields: { at: String(AT) } }, { at: AT }],
    ['a mark for a missing category', { fields: { colour: 'n/a' } }, {}],
    ['a category with blanks around it', { fields: { colour: ' red ' } }, { colour: 'red' }],
  ];
  for (const [title, reading, row] of cases) {
    it(`answers ${title}`, async () => {
      const { outcome } = await predictOne(reading);
      expect(outcome.failure).toBeUndefined();
      expect(outcome.violations).toEqual([]);
      expect(Math.abs(Number(outcome.prediction!.outputs['p']![0]) - mixedProbability(row))).toBeLessThan(TOLERANCE);
      expect(outcome.prediction!.outputs['word']).toEqual([outcome.prediction!.predicted]);
    });
  }

  it('runs images of different sizes in batches of their own, and keeps the order', async () => {
    const lights = [0, 255, 51, 102];
    const readings = lights.map((light, index) => ({
      atMs: 1,
      fields: {},
      tensors: { image: image(1 + (index % 2), 3, light) },
    }));
    const inferences = await (await makePredictor()).predict(readings);
    for (const [index, light] of lights.entries()) {
      const p = Number(inferences[index]!.outcome.prediction!.outputs['p']![0]);
      expect(Math.abs(p - mixedProbability({ pixels: [light] }))).toBeLessThan(TOLERANCE);
    }
  });

  it('tells telemetry numbers, times, categories and the newest reading of a window, and no image', async () => {
    const fields = { heat: 1, at: NOON, colour: 'green', note: 'hello' };
    const { values } = await predictOne({ fields, tensors: { image: image(1, 1, 9), window } });
    expect(values).toEqual({ heat: 1, load: null, at: AT, colour: 'green', note: 'hello', x: 7, y: 8 });
  });
});

describe('a value that the signature does not expect', () => {
  const counted: readonly (readonly [string, Partial<Reading>, object[]])[] = [
    ['a number out of range', { fields: { heat: 10.5 } }, [{ feature: 'heat', kind: 'range' }]],
    ['a number at the edge of its range', { fields: { heat: -10 } }, []],
    ['a time out of range', { fields: { at: '1999-01-01' } }, [{ feature: 'at', kind: 'range' }]],
    ['an unknown category', { fields: { colour: 'green' } }, [{ feature: 'colour', kind: 'level' }]],
    [
      'a channel out of range, once a window',
      { tensors: { window: { dims: [4, 2], values: [11, 99, 12, 0, 0, 0, 0, 0] } } },
      [{ feature: 'x', kind: 'range' }],
    ],
    [
      'several at once',
      { fields: { heat: 99, colour: 'green' } },
      [
        { feature: 'heat', kind: 'range' },
        { feature: 'colour', kind: 'level' },
      ],
    ],
  ];
  for (const [title, reading, violations] of counted) {
    it(`is counted, and answered: ${title}`, async () => {
      const { outcome } = await predictOne(reading);
      expect(outcome.prediction).toBeDefined();
      expect(outcome.violations).toEqual(violations);
    });
  }

  const refused: readonly (readonly [string, Partial<Reading>, string, string])[] = [
    ['a text for a number', { fields: { heat: 'warm' } }, 'heat', 'type'],
    ['a text for a time', { fields: { at: 'noon' } }, 'at', 'type'],
    ['an infinite number', { fields: { load: Number.POSITIVE_INFINITY } }, 'load', 'range'],
    [
      'an image with other channels',
      { tensors: { image: { dims: [2, 2, 1], values: new Uint8Array(4) } } },
      'photo',
      'shape',
    ],
    [
      'an image without pixels',
      { tensors: { image: { dims: [0, 2, 3], values: new Uint8Array() } } },
      'photo',
      'shape',
    ],
    [
      'an image with fewer pixels than its size says',
      { tensors: { image: { dims: [2, 2, 3], values: [1] } } },
      'photo',
      'shape',
    ],
    ['a light that is no byte', { tensors: { image: { dims: [1, 1, 3], values: [1, 2, 256] } } }, 'photo', 'range'],
    [
      'a window of another size',
      { tensors: { window: { dims: [3, 2], values: [1, 2, 3, 4, 5, 6] } } },
      'window',
      'shape',
    ],
    ['texts in a tensor of numbers', { tensors: { features: { dims: [2], values: ['1', '2'] } } }, 'features', 'type'],
  ];
  for (const [title, reading, field, kind] of refused) {
    it(`is refused, with its name: ${title}`, async () => {
      const { outcome } = await predictOne(reading);
      expect(outcome.failure).toMatchObject({ code: 'INPUT_INVALID', field, message: expect.stringContaining(field) });
      expect(outcome.violations).toEqual([{ feature: field, kind }]);
    });
  }

  it('is refused where a whole number is missing or has a fraction', async () => {
    const [input] = mixedSignature().inputs;
    const signature = { ...mixedSignature(), inputs: [{ ...input!, elementType: 'int64' }], outputs: [] };
    const predictor = new Predictor(
      { run: async () => ({}) },
      { slot: 's', model: 'm', version: 1, signature, idPrefix: 'x' },
    );
    const readings = [{ heat: 1 }, { heat: 1, load: 0.5 }].map((fields) => ({ atMs: 1, fields }));
    const kinds = (await predictor.predict(readings)).map(({ outcome }) => outcome.violations![0]);
    expect(kinds).toEqual([
      { feature: 'load', kind: 'missing' },
      { feature: 'load', kind: 'type' },
    ]);
  });
});
