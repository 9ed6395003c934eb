import type { FeatureSpec, ModelSignature, TensorSpec } from '@edgeloop/protocol';
import { expect, test } from 'vitest';
import type { UploadedVersion } from '../store/model-store.ts';
import { cannedClassMetrics, cannedNumberMetrics } from '../testing/canned-metrics.ts';
import { cannedQuality, cannedReport } from '../testing/canned-report.ts';
import { INSPECTION } from '../testing/canned-worker.ts';
import { addVersion, hubRig } from '../testing/hub-rig.ts';
import { metricsFields, qualityText, secondFigureText } from './metrics-text.ts';
import { signatureText } from './signature-text.ts';
import { versionText } from './version-text.ts';

function feature(name: string, kind: string, changed: Partial<FeatureSpec> = {}): FeatureSpec {
  return { name, kind, unit: '', description: '', levels: [], ...changed };
}

function input(name: string, dims: number[], features: FeatureSpec[], changed: Partial<TensorSpec> = {}): TensorSpec {
  return { name, elementType: 'float32', dims, features, meaning: '', layout: '', stride: 0, ...changed };
}

const SIGNATURE: ModelSignature = {
  task: 'regression',
  inputs: [
    input('features', [-1, 1], [feature('age', 'number', { unit: 'a', range: { min: 21, max: 81.5 } })]),
    input('categories', [-1, 1], [feature('city', 'category', { levels: [...'abcdefghij'] })]),
    input('times', [-1, 1], [feature('at', 'time', { range: { min: 0, max: 86_400 } })]),
    input('image', [-1, -1, 32, 3], [feature('photo', 'image')], { layout: 'NHWC' }),
    input('window', [-1, 64, 1], [feature('v1', 'number')], { stride: 16 }),
  ],
  outputs: [],
  classes: [],
  target: feature('price', 'number', { unit: 'EUR', range: { min: 1, max: 9 } }),
  threshold: 0,
};

test('a signature is told column by column, with what the data held', () => {
  expect(signatureText(SIGNATURE)).toBe(`inputs
INPUT       COLUMN  KIND                             UNIT  IN THE DATA
features    age     number                           a     21 to 81.5
categories  city    category                         -     a, b, c, d, e, f, g, h and 2 more
times       at      time                             -     1970-01-01T00:00:00.000Z to 1970-01-02T00:00:00.000Z
image       photo   image any x 32 x 3               -     -
window      v1      window of 64 readings, every 16  -     -

tells  price in EUR, 1 to 9 in the data
`);
});

test('long signatures are cut, and anomalies have a threshold', () => {
  const features = Array.from({ length: 784 }, (_, index) => feature(`p${index}`, 'number'));
  const text = signatureText({
    ...SIGNATURE,
    task: 'anomaly',
    threshold: 1.5,
    inputs: [input('x', [-1, 784], features)],
  });
  expect(text).toContain('and 754 more, which --json tells');
  expect(text).toContain('anomaly from  score 1.5');
});

test('figures are those of the task', () => {
  expect(qualityText(cannedNumberMetrics())).toBe('R2 0.8000');
  expect(metricsFields(cannedNumberMetrics(), [])).toEqual({
    R2: '0.8000 on 200 held-out rows, 95 % sure of 0.7500 to 0.8500',
    error: '2.000 root mean square, 1.500 mean absolute',
  });
  const anomalies = cannedClassMetrics(90, 100, { task: 'anomaly' });
  expect([qualityText(anomalies), secondFigureText(anomalies)]).toEqual(['ROC-AUC 97.00 %', 'accuracy 90.00 %']);
  const classes = cannedClassMetrics(90, 100);
  expect([qualityText(classes), secondFigureText(classes)]).toEqual(['accuracy 90.00 %', 'balanced 90.00 %']);
  expect(metricsFields(classes, ['ham', 'spam'])).toMatchObject({
    'ROC-AUC': '97.00 %, 95 % sure of 95.00 % to 99.00 %',
    'class spam': 'F1 90.00 %, precision 90.00 %, recall 90.00 %, 50 rows',
  });
  expect([qualityText(null), secondFigureText(undefined)]).toEqual([null, null]);
});

test('of many classes the worst are told', () => {
  const perClass = Array.from({ length: 40 }, (_, index) => ({ rows: 5, precision: 1, recall: 1, f1: index / 40 }));
  const fields = metricsFields(cannedClassMetrics(90, 100, { perClass }), []);
  expect(Object.keys(fields).filter((name) => name.startsWith('class '))).toHaveLength(12);
  expect(fields['other classes']).toBe('28 with a higher F1');
});

test('a class without held-out rows has no figures', () => {
  const figures = { precision: 0, recall: 0, f1: 0 };
  const perClass = Array.from({ length: 40 }, (_, index) => ({ ...figures, rows: index < 20 ? 0 : 5 }));
  const few = metricsFields(cannedClassMetrics(90, 100, { perClass: perClass.slice(18, 22) }), []);
  expect(few).toMatchObject({
    'class 0': 'not known, no held-out row has it',
    'class 2': expect.stringContaining('5 rows'),
  });
  const many = metricsFields(cannedClassMetrics(90, 100, { perClass }), []);
  expect(many).toMatchObject({ 'class 20': expect.any(String) });
  expect(many['other classes']).toBe('28, with a higher F1 or without held-out rows');
});

test('a version is told with its figures, its forms and its inputs', async () => {
  const version = await addVersion(await hubRig());
  const text = versionText(version, SIGNATURE);
  expect(text).toContain('class broken');
  expect(text).toContain('float32');
  expect(text).toContain('window of 64 readings');
});

test('a version tells how its forms were found, whom they are for, and what it was derived from', async () => {
  const version = await addVersion(await hubRig());
  const [float] = version.variants;
  const small = { ...float!, name: 'int8-static-7bit', format: 'int8-static', profiles: ['raspberry-pi-4'] };
  const lineage = { ...version.lineage, derivedFrom: { version: 1, quantizationId: 'quantization-1' } };
  const text = versionText({
    ...version,
    version: 2,
    lineage,
    variants: [small, float!],
    quantization: cannedReport(),
  });
  expect(text).toMatch(/\nderived from +pump@1, by quantization-1\n/);
  expect(text).toMatch(/\nVARIANT +VERDICT +SIZE +QUALITY +P50 +FOR\n/);
  expect(text).toMatch(/\nint8-static-7bit +accepted .* raspberry-pi-4\n/);
  expect(text).toMatch(/\nfloat32 +accepted .* every profile\n/);
  expect(text).toMatch(/\nquantization\ngoals +a drop/);
});

test('an uploaded version tells its forms, or why there are none', () => {
  const upload = {
    ...{ id: 'upload-1', digest: 'a'.repeat(64), sizeBytes: 100, fileName: 'valves.onnx', description: '', by: 'ann' },
    inspection: INSPECTION,
  };
  const version: UploadedVersion = {
    ...{ origin: 'upload', model: 'valves', version: 1, createdMs: 0, variants: [], classes: [], features: [] },
    ...{ releaseDigest: null, signedBy: null, evaluation: null, lineage: null, quantization: null, upload },
  };
  const none = versionText({ ...version, upload: { ...upload, unquantized: 'memory ran out' } });
  expect(none).toMatch(/\nno smaller forms: memory ran out\n$/);
  const form = {
    ...{ name: 'int8-dynamic', digest: 'b'.repeat(64), sizeBytes: 2_048, goldenDigest: 'c'.repeat(64) },
    ...{ accepted: true, reasons: ['met'], p50Ms: 0.25, p95Ms: 0.5, quality: cannedQuality({ value: 0.9975 }) },
  };
  const some = versionText({ ...version, variants: [form], quantization: cannedReport() });
  expect(some).toMatch(/\nint8-dynamic +accepted +2.0 KiB +agreement 99.75 % +0.250 ms +every profile\n/);
  const unreported = versionText({ ...version, variants: [form] });
  expect(unreported).toMatch(/ +FOR +WHY\nint8-dynamic .* every profile +met\n/);
});
