import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { DIGIT_SIZE, digitImages } from '../rig/mnist-digits.ts';
import { moviesJsonl } from '../rig/movies.ts';
import { projectRoot } from '../rig/project-root.ts';
import { deviationOf, type ServingLoop, startServingLoop, type TrainedVersion } from '../rig/serving-loop.ts';
import { mailsJsonl } from '../rig/spam-mails.ts';

/** F1 of one class on the held-out rows. */
function f1Of({ classes, evaluation }: TrainedVersion, name: string): number {
  const perClass = evaluation['perClass'] as readonly { readonly f1: number }[];
  return perClass[classes.indexOf(name)]?.f1 ?? 0;
}

/** What a device may compute otherwise than the hub did with the same form of the model. */
const TOLERANCE = 1e-5;

function dataFile(name: string): Buffer {
  return readFileSync(join(projectRoot(), 'test/data', name));
}

function shuttle(rows: number): Buffer {
  const [header, ...lines] = gunzipSync(dataFile('shuttle.csv.gz')).toString('utf8').split('\n');
  return Buffer.from([header, ...lines.slice(0, rows), ''].join('\n'));
}

async function importRows(loop: ServingLoop, query: string, bytes: Buffer): Promise<void> {
  await loop.client.upload(`/datasets?${query}`, bytes);
}

function named(outputs: readonly { readonly name: string; readonly data: readonly unknown[] }[]) {
  return Object.fromEntries(outputs.map(({ name, data }) => [name, data]));
}

describe('from data to a device that says the same as the hub:', () => {
  test('a table with gaps', async () => {
    const loop = await startServingLoop();
    await importRows(loop, 'name=diabetes&label=outcome&format=csv', dataFile('diabetes.csv'));
    const version = await loop.train('diabetes', 'diabetes', { evaluation: { folds: 5 }, seed: 1 });
    const { crossValidation } = await loop.trainingRecord(version);
    const rocAuc = crossValidation?.figures['rocAuc'];
    expect(rocAuc?.folds).toHaveLength(5);
    expect(rocAuc?.mean).toBeGreaterThanOrEqual(0.8);
    const served = await loop.serve(version);
    expect(await deviationOf(served)).toBeLessThanOrEqual(TOLERANCE);
    const features = ['pregnancies', 'glucose_mg_dl', 'blood_pressure_mm_hg', 'skin_thickness_mm', 'bmi_kg_m2'];
    const known = [...features, 'pedigree', 'age_years'].map((name) => {
      return { name, shape: [1, 1], datatype: 'FP32', data: [30] };
    });
    // Nothing is said of insulin_mu_u_ml: the model holds what to take instead.
    expect(await served.client.inferJson(known)).toMatchObject({ status: 200 });
  });

  test('mails as raw text', async () => {
    const loop = await startServingLoop();
    await importRows(loop, 'name=mails&label=class&format=jsonl', mailsJsonl());
    const version = await loop.train('mails', 'mails', { family: 'text-linear', seed: 1 });
    expect(f1Of(version, 'spam')).toBeGreaterThanOrEqual(0.95);
    const served = await loop.serve(version);
    expect(await deviationOf(served)).toBeLessThanOrEqual(TOLERANCE);
    const text = (words: string) => [{ name: 'text', shape: [1, 1], datatype: 'BYTES', data: [words] }];
    expect(await served.client.inferJson(text('Grüße \u{1F4E7}\n\tviagra FREE!!!'))).toMatchObject({ status: 200 });
    expect(await served.client.inferJson(text(''))).toMatchObject({ status: 200 });
  });

  test('mails with an embedding, a convolution and an LSTM', async () => {
    const loop = await startServingLoop();
    await importRows(loop, 'name=mails&label=class&format=jsonl', mailsJsonl());
    const version = await loop.train('mails', 'mails', { family: 'text-cnn-lstm', seed: 1 });
    expect(f1Of(version, 'spam')).toBeGreaterThanOrEqual(0.95);
    expect(await deviationOf(await loop.serve(version))).toBeLessThanOrEqual(TOLERANCE);
  });

  test('a folder of images', async () => {
    const loop = await startServingLoop();
    const folder = join(loop.folder, 'digits');
    for (const { label, index, pixels } of digitImages(2_000)) {
      mkdirSync(join(folder, `d${label}`), { recursive: true });
      const raw = { width: DIGIT_SIZE, height: DIGIT_SIZE, channels: 1 as const };
      // Left to itself, the library writes three equal channels.
      await sharp(Buffer.from(pixels), { raw })
        .toColourspace('b-w')
        .png()
        .toFile(join(folder, `d${label}`, `${index}.png`));
    }
    loop.command('datasets', 'import', '--name', 'digits', '--images', folder);
    const version = await loop.train('digits', 'digits', { family: 'mobile-cnn', epochs: 12, seed: 1 });
    expect(version.evaluation['accuracy']).toBeGreaterThan(0.85);
    const served = await loop.serve(version);
    expect(await deviationOf(served)).toBeLessThanOrEqual(TOLERANCE);
    const odd = { name: 'image', shape: [1, 40, 31, 1], datatype: 'UINT8', data: new Array(40 * 31).fill(200) };
    expect(await served.client.inferJson([odd])).toMatchObject({ status: 200 });
  });

  test('windows of a sensor', async () => {
    const loop = await startServingLoop();
    await importRows(loop, 'name=shuttle&label=Class&format=csv', shuttle(4_000));
    const recipe = { family: 'sensor-cnn', window: { size: 16, stride: 2 }, epochs: 15, seed: 1 };
    const version = await loop.train('windows', 'shuttle', recipe);
    expect(version.evaluation['accuracy']).toBeGreaterThan(0.85);
    expect(await deviationOf(await loop.serve(version))).toBeLessThanOrEqual(TOLERANCE);
  });

  test('anomalies, from normal rows alone', async () => {
    const loop = await startServingLoop();
    await importRows(loop, 'name=shuttle&label=Class&format=csv', shuttle(6_000));
    const recipe = { family: 'autoencoder', anomaly: { normal: ['Rad.Flow'] }, seed: 1 };
    const version = await loop.train('strange', 'shuttle', recipe);
    expect(version.evaluation['rocAuc']).toBeGreaterThanOrEqual(0.95);
    const served = await loop.serve(version);
    expect(await deviationOf(served)).toBeLessThanOrEqual(TOLERANCE);
    expect(named(await served.client.infer(served.golden.inputs))).toHaveProperty('score');
  });

  test('a table and a text together, one of which may be missing', async () => {
    const loop = await startServingLoop();
    await importRows(loop, 'name=movies&label=genre&format=jsonl', moviesJsonl());
    const version = await loop.train('movies', 'movies', { family: 'fusion', epochs: 15, seed: 1 });
    expect(version.evaluation['accuracy']).toBeGreaterThan(0.5);
    const served = await loop.serve(version);
    expect(await deviationOf(served)).toBeLessThanOrEqual(TOLERANCE);
    const title = { name: 'title', shape: [1, 1], datatype: 'BYTES', data: ['The Last Train'] };
    const minutes = { name: 'minutes', shape: [1, 1], datatype: 'FP32', data: [95] };
    for (const inputs of [[title], [minutes], [title, minutes]]) {
      expect(await served.client.inferJson(inputs)).toMatchObject({ status: 200 });
    }
  });

  test('a number', async () => {
    const loop = await startServingLoop();
    await importRows(loop, 'name=movies&label=rating&format=jsonl', moviesJsonl());
    const version = await loop.train('ratings', 'movies', {
      family: 'linear',
      features: ['budget', 'votes', 'minutes'],
    });
    expect(version.evaluation).toMatchObject({ task: 'regression' });
    expect(version.evaluation['r2']).toBeGreaterThan(0.1);
    expect(await deviationOf(await loop.serve(version))).toBeLessThanOrEqual(1e-4);
  });
});
