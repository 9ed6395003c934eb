import fc from 'fast-check';
import sharp from 'sharp';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { Predictor } from '../../inference/predictor.ts';
import { serveHttp } from '../../test-rig/http-rig.ts';
import {
  loadedModel,
  type MixedRow,
  mixedModel,
  mixedProbability,
  mixedSignature,
} from '../../test-rig/mixed-model.ts';
import { PredictingIntake } from '../../test-rig/predicting-intake.ts';

// float32 against double precision: a few units in the last place of a number below 1.
const TOLERANCE = 1e-6;
const AT = 1_700_500_000;
const signature = mixedSignature();
let predictor: Predictor;

beforeAll(async () => {
  const model = await loadedModel(mixedModel(), signature, () => undefined);
  predictor = new Predictor(model, { slot: 'default', model: 'mixed', version: 1, signature, idPrefix: 'x' });
});

async function makeServer() {
  const intake = new PredictingIntake(predictor);
  return { ...(await serveHttp({ model: 'mixed', version: 1, signature }, intake, onTestFinished)), intake };
}

const png = await sharp({ create: { width: 3, height: 2, channels: 3, background: '#333333' } })
  .png()
  .toBuffer();
const base64 = png.toString('base64');
const rows = [1, 2, 3, 4].map((x) => ({ x, y: x === 2 ? null : -x }));
const columns = [
  [1, -1],
  [2, Number.NaN],
  [3, -3],
  [4, -4],
];

describe('named values at /predict', () => {
  const cases: readonly (readonly [string, object, MixedRow])[] = [
    [
      'numbers, a category, a time and a text',
      { heat: 1, load: '0.5', at: '2023-11-20T17:06:40Z', colour: 'red', note: 'hello' },
      { heat: 1, load: 0.5, at: AT, colour: 'red', note: 'hello' },
    ],
    ['a text by the name of its input', { text: 'hello' }, { note: 'hello' }],
    ['all numbers of an input as a list', { features: [2, null] }, { heat: 2 }],
    ['an image in base64', { photo: { base64 } }, { pixels: [0x33] }],
    [
      'an image as a data URL, by the name of its input',
      { image: `data:image/png;base64,${base64}` },
      { pixels: [0x33] },
    ],
    [
      'an image as nested lists',
      {
        photo: [
          [
            [0, 0, 0],
            [255, 255, 255],
          ],
        ],
      },
      { pixels: [0, 255] },
    ],
    ['a window of named readings', { window: rows }, { window: columns }],
    ['a window of lists', { window: rows.map(({ x, y }) => [x, y]) }, { window: columns }],
    ['nulls', { heat: null, at: null, colour: null, photo: null, window: null }, {}],
    ['nothing', {}, {}],
  ];
  for (const [title, values, row] of cases) {
    it(`are answered: ${title}`, async () => {
      const { call } = await makeServer();
      const { status, body } = await call('/predict', values);
      expect(status).toBe(200);
      const { outputs } = body as { outputs: { p: number[] } };
      expect(Math.abs(outputs.p[0]! - mixedProbability(row))).toBeLessThan(TOLERANCE);
    });
  }

  it('say what was predicted, what was odd and what was ignored', async () => {
    const { call } = await makeServer();
    expect((await call('/predict', { heat: 11, colour: 'green', heart: 3 })).body).toEqual({
      ...{ id: expect.any(String), at: expect.any(String), model: 'mixed', version: 1, predicted: 'high' },
      confidence: expect.closeTo(mixedProbability({ heat: 11 }), 6),
      outputs: { p: expect.any(Array), index: [0], word: ['high'] },
      violations: [
        { feature: 'heat', kind: 'range' },
        { feature: 'colour', kind: 'level' },
      ],
      ignored: ['heart'],
    });
  });

  it('say what was ignored within a window, each name once', async () => {
    const { call } = await makeServer();
    const window = rows.map(({ x, y }) => ({ x, y, z: 1 }));
    expect((await call('/predict', { window, heart: 3 })).body).toMatchObject({ ignored: ['z', 'heart'] });
  });

  it('are refused with what was expected of a list', async () => {
    const { call } = await makeServer();
    for (const [values, message] of [
      [{ features: [1] }, 'features: expected 2 elements, got 1 in all'],
      [{ window: [[1, 2, 3]] }, 'window: expected readings of 2 channels, got one of 3'],
      [{ window: [1] }, 'window: expected readings of 2 channels, got number'],
    ] as const) {
      expect((await call('/predict', values)).body).toMatchObject({ error: { message } });
    }
  });

  it('come in lists, too', async () => {
    const { call } = await makeServer();
    const { body } = await call('/predict', [{ heat: 1 }, { heat: -1 }]);
    expect(body).toMatchObject([{ predicted: 'high' }, { predicted: 'low' }]);
  });

  const refused: readonly (readonly [string, object, string, string])[] = [
    ['a text for a number', { heat: 'warm' }, 'heat', 'type'],
    ['an object for a number', { heat: {} }, 'heat', 'type'],
    ['a truth for a number', { heat: true }, 'heat', 'type'],
    ['no time', { at: 'noon' }, 'at', 'type'],
    ['no image', { photo: { base64: 'aGVsbG8=' } }, 'photo', 'type'],
    ['a text for an image', { photo: 'face.png' }, 'photo', 'type'],
    [
      'an image of lists of different length',
      {
        photo: [
          [
            [1, 2, 3],
            [1, 2],
          ],
        ],
      },
      'photo',
      'shape',
    ],
    ['a window that is none', { window: { x: 1 } }, 'window', 'type'],
    ['a window of other readings', { window: [[1, 2, 3]] }, 'window', 'shape'],
    ['a window of another size', { window: rows.slice(1) }, 'window', 'shape'],
    ['a text in a window', { window: [...rows.slice(1), { x: 'warm' }] }, 'x', 'type'],
    ['a list of another length', { features: [1] }, 'features', 'shape'],
  ];
  for (const [title, values, field, kind] of refused) {
    it(`are refused with 422 and the field: ${title}`, async () => {
      const { call, intake } = await makeServer();
      expect(await call('/predict', values)).toMatchObject({
        status: 422,
        body: { error: { code: 'INPUT_INVALID', message: expect.stringContaining(field), field } },
      });
      const counted = [
        ...intake.faults.map(({ violation }) => violation),
        ...intake.inferences.flatMap(({ outcome }) => outcome.violations),
      ];
      expect(counted).toEqual([{ feature: field, kind }]);
    });
  }

  it('are refused when they are no values at all', async () => {
    const { call } = await makeServer();
    for (const body of ['{', '7', '[]', '[[1]]', 'null']) {
      expect(await call('/predict', body)).toMatchObject({ status: 400, body: { error: { code: 'INPUT_INVALID' } } });
    }
    expect(await call('/predict')).toMatchObject({ status: 405, body: { error: { message: expect.any(String) } } });
  });

  it('never are the fault of the server, whatever they are', async () => {
    const { call } = await makeServer();
    const name = fc.constantFrom('features', 'image', 'photo', 'window', 'heat', 'at', 'text', 'note', '__proto__');
    await fc.assert(
      fc.asyncProperty(fc.dictionary(name, fc.jsonValue({ maxDepth: 4 })), async (values) => {
        // Larger numbers are a matter of the model: it may give no result.
        const small = JSON.stringify(values, (_, item: unknown) => (typeof item === 'number' ? item % 1e6 : item));
        expect([200, 422]).toContain((await call('/predict', small)).status);
      }),
      { numRuns: 300 },
    );
  });
});
