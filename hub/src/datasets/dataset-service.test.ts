import { describe, expect, test } from 'vitest';
import type { DatasetRecord } from '../store/dataset-store.ts';
import type { JobMeaning } from '../store/job-rows.ts';
import { openStore } from '../store/open-store.ts';
import type { SampleRecord } from '../store/sample-store.ts';
import { cellOf } from '../store/table.ts';
import { MemoryBlobs } from '../testing/memory-blobs.ts';
import { diabetesCsv, shuttleCsv } from '../testing/real-data.ts';
import { contentHashes } from './content-hash.ts';
import { DatasetService } from './dataset-service.ts';
import { DEFAULT_FILE_LIMITS } from './file-format.ts';
import { makeRetrainingData } from './retraining-data.ts';
import { splitRows } from './split-rows.ts';

const CLOCK = { nowMs: () => 1_700_000_000_000 };
const MEANING: JobMeaning = { target: { task: 'classification', column: 'Class', classes: [] } };
const SHUTTLE = { name: 'shuttle', label: 'Class', origin: 'shuttle.csv' };

async function datasetService() {
  const blobs = new MemoryBlobs();
  const store = await openStore(':memory:');
  return { blobs, store, datasets: new DatasetService(store, blobs, CLOCK) };
}

function sample(sequence: number, fields: SampleRecord['fields'], label: string | null): SampleRecord {
  return {
    ...{ deviceId: 'line-1', bootId: 'b', sequence, predictionId: `p${sequence}`, model: 'shuttle', version: 1 },
    ...{ atMs: 0, receivedMs: 0, fields, predicted: 'High', confidence: 0.5, label, labelledBy: label && 'device' },
  };
}

describe('DatasetService', () => {
  test('keeps the file and the table, and numbers the versions of a name', async () => {
    const { datasets, blobs } = await datasetService();
    const file = { name: 'diabetes', label: 'outcome', origin: 'diabetes.csv', bytes: diabetesCsv() };
    const first = await datasets.importFile(file);
    const second = await datasets.importFile(file);
    expect([first.version, second.version]).toEqual([1, 2]);
    expect(second.digest).toBe(first.digest);
    expect(first.sizeBytes).toBe(await blobs.size(first.digest));
    const [raw] = first.parents;
    expect(raw?.kind).toBe('file');
    expect(Buffer.from(await blobs.get(raw?.ref ?? ''))).toEqual(diabetesCsv());
    expect(await datasets.find('diabetes')).toEqual(second);
    expect(await datasets.find('diabetes', 1)).toEqual(first);
    expect(await datasets.list()).toEqual([first, second]);
  });

  test('shows the first rows with missing cells as null', async () => {
    const { datasets } = await datasetService();
    await datasets.importFile({ name: 'diabetes', label: 'outcome', origin: 'file', bytes: diabetesCsv() });
    const { columns, rows } = await datasets.preview('diabetes', undefined, 2);
    expect(columns.slice(0, 2)).toEqual(['pregnancies', 'glucose_mg_dl']);
    expect(rows).toEqual([
      [6, 148, 72, 35, null, 33.6, 0.627, 50, 'positive'],
      [1, 85, 66, 29, null, 26.6, 0.351, 31, 'negative'],
    ]);
  });

  test('says what is wrong with a name, a size and an unknown data set', async () => {
    const { store, blobs, datasets } = await datasetService();
    const bytes = diabetesCsv();
    await expect(datasets.importFile({ name: 'No Name', origin: 'file', bytes })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
    });
    await expect(datasets.find('nothing', 3)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const small = new DatasetService(store, blobs, CLOCK, { ...DEFAULT_FILE_LIMITS, maxBytes: 1_000 });
    await expect(small.importFile({ name: 'd', origin: 'file', bytes })).rejects.toMatchObject({ code: 'TOO_LARGE' });
  });
});

describe('data of a retraining', () => {
  const split = { seed: 3, shares: { train: 0.7, validation: 0.15, test: 0.15 } };

  test('adds labelled samples and keeps the old test rows out of training', async () => {
    const { datasets } = await datasetService();
    const base = await datasets.importFile({ ...SHUTTLE, bytes: shuttleCsv(1_000) });
    const samples = Array.from({ length: 100 }, (_, row) =>
      sample(row, { V1: 50 + row, V2: 0, V9: `${60 + row}` }, row < 90 ? 'High' : null),
    );
    const request = {
      base,
      meaning: MEANING,
      baseHeldOut: null,
      split,
      samples,
      heldOutShare: 0.3,
      origin: 'samples of shuttle@1',
    };
    const { training, heldOut } = await makeRetrainingData(datasets, request);
    const oldTest = splitRows(await datasets.table(base), { ...split, label: 'Class' }).test.length;
    expect(heldOut).toMatchObject({ name: 'shuttle-held-out', version: 1, rows: oldTest + 27, label: 'Class' });
    expect(training).toMatchObject({ name: 'shuttle', version: 2, rows: 1_000 - oldTest + 63 });
    expect(training.parents).toEqual([
      { kind: 'dataset', ref: 'shuttle@1' },
      { kind: 'samples', ref: 'samples of shuttle@1' },
    ]);
    const { columns } = await datasets.table(training);
    const [v1, v3] = ['V1', 'V3'].map((name) => columns.find((column) => column.name === name));
    // V3 was not in the samples: missing, not 0.
    expect(v1?.kind === 'number' && v1.values.at(-1)).toBeGreaterThanOrEqual(50);
    expect(v3?.kind === 'number' && v3.values.at(-1)).toBeNaN();
  });

  test('builds on the held-out rows of the retraining before', async () => {
    const { datasets } = await datasetService();
    const base = await datasets.importFile({ ...SHUTTLE, bytes: shuttleCsv(500) });
    const samples = [...Array(40).keys()].map((row) => sample(row, { V1: row }, 'High'));
    const request = { base, meaning: MEANING, baseHeldOut: null, split, samples, heldOutShare: 0.5, origin: 'samples' };
    const first = await makeRetrainingData(datasets, request);
    const next = await makeRetrainingData(datasets, {
      ...request,
      base: first.training,
      baseHeldOut: first.heldOut,
      samples: [...Array(40).keys()].map((row) => sample(row, { V1: 100 + row }, 'High')),
    });
    expect(next.training.rows).toBe(first.training.rows + 20);
    expect(next.heldOut).toMatchObject({ name: 'shuttle-held-out', version: 2, rows: first.heldOut.rows + 20 });
  });

  test('has samples that are equal to old rows on the side of these', async () => {
    const { datasets } = await datasetService();
    const base = await datasets.importFile({ ...SHUTTLE, bytes: shuttleCsv(300) });
    const { columns } = await datasets.table(base);
    const samples = [...Array(300).keys()].map((row) => {
      const cells = columns.map((column) => [column.name, cellOf(column, row)] as const);
      const { Class: label, ...fields } = Object.fromEntries(cells);
      return sample(row, fields as Record<string, number>, String(label));
    });
    const request = { base, meaning: MEANING, baseHeldOut: null, split, samples, heldOutShare: 0.5, origin: 'samples' };
    const { training, heldOut } = await makeRetrainingData(datasets, request);
    const keysOf = async (record: DatasetRecord): Promise<Set<string>> => {
      const { high, low } = contentHashes(await datasets.table(record));
      return new Set([...high].map((hash, row) => `${hash}:${low[row]}`));
    };
    const [learned, judged] = [await keysOf(training), await keysOf(heldOut)];
    expect(training.rows + heldOut.rows).toBe(600);
    expect([...judged].filter((key) => learned.has(key))).toEqual([]);
  });

  test('is refused for models over windows and for data without labels', async () => {
    const { datasets } = await datasetService();
    const base = await datasets.importFile({ ...SHUTTLE, bytes: shuttleCsv(100) });
    const request = { base, baseHeldOut: null, split, samples: [sample(1, { V1: 1 }, 'High')], heldOutShare: 0.5 };
    const windows = { size: 16, stride: 8, label: 'last', group: null } as const;
    const unlabelled: JobMeaning = { target: { task: 'anomaly', column: null, normal: [] } };
    for (const meaning of [{ ...MEANING, windows }, unlabelled]) {
      await expect(makeRetrainingData(datasets, { ...request, meaning, origin: 'samples' })).rejects.toMatchObject({
        code: 'INVALID_INPUT',
      });
    }
  });

  for (const [what, samples, message] of [
    ['none is labelled', [sample(1, { V1: 1 }, null)], /expected labelled samples/],
    ['a reading is no number', [sample(1, { V1: 'high' }, 'High')], /sample p1, column "V1": expected a number/],
  ] as const) {
    test(`is refused when ${what}`, async () => {
      const { datasets } = await datasetService();
      const base = await datasets.importFile({ ...SHUTTLE, bytes: shuttleCsv(100) });
      const request = {
        base,
        meaning: MEANING,
        baseHeldOut: null,
        split,
        samples,
        heldOutShare: 0.5,
        origin: 'samples',
      };
      await expect(makeRetrainingData(datasets, request)).rejects.toMatchObject({
        code: 'INVALID_INPUT',
        message: expect.stringMatching(message),
      });
    });
  }
});
