import { float32, prepareForQuantization, staticQuantize, type Tensor } from '@edgeloop/onnx';
import { expect, test } from 'vitest';
import { wideNetwork, wideRows } from '../../testing/wide-network.ts';
import { OrtEngine } from '../../worker/ort/ort-engine.ts';
import { calibrate } from '../calibration/calibrate.ts';
import { nodeNoise, noisiest } from './node-noise.ts';
import { Probe } from './probe.ts';
import { decibels, noiseShare } from './signal-noise.ts';

const ENGINE = new OrtEngine();

test('noise is the energy of the error as a share of the energy of the signal, of the worst output', () => {
  const outputs = (first: number[], second: number[]) => ({ a: float32(first), b: float32(second) });
  const signal = [outputs([3, 4], [1]), outputs([0, 0], [1])];
  const got = [outputs([3, 5], [1.5]), outputs([0, 0], [1])];
  // 1 of 25, and 0.25 of 2.
  expect(noiseShare(signal, got)).toBeCloseTo(0.125, 10);
  expect(decibels(0.01)).toBeCloseTo(20, 10);
});

test('outputs of another size, or without a number, are nothing but noise', () => {
  const signal = [{ y: float32([1, 2]) }];
  expect(noiseShare(signal, [{ y: float32([1]) }])).toBe(Number.POSITIVE_INFINITY);
  expect(noiseShare(signal, [{ y: float32([1, Number.NaN]) }])).toBe(Number.POSITIVE_INFINITY);
  expect(noiseShare(signal, [{}])).toBe(Number.POSITIVE_INFINITY);
  const text = [{ y: { type: 'string', dims: [1], data: ['a'] } satisfies Tensor }];
  expect(noiseShare(text, text)).toBe(0);
});

test('the noisiest nodes go until little enough is left', () => {
  const found = [0.5, 8, 1, 0.5].map((noise, index) => ({ node: `n${index}`, noise }));
  const names = (share: number) => noisiest(found, share).map(({ node }) => node);
  expect(names(1)).toEqual([]);
  expect(names(0.25)).toEqual(['n1']);
  expect(names(0.1)).toEqual(['n1', 'n2']);
  expect(noisiest([{ node: 'wild', noise: Number.POSITIVE_INFINITY }, ...found], 0.5).map(({ node }) => node)).toEqual([
    'wild',
    'n1',
  ]);
});

test('the nodes that write and read an outlier are the noisiest by far', async () => {
  const model = prepareForQuantization(wideNetwork({ outlier: 3_000 }));
  const rows = wideRows(100);
  const { ranges } = await calibrate(model, rows, ENGINE, { methods: ['min-max'] });
  const nodes = ['first', 'second', 'last'];
  const probe = await Probe.of(model, rows, ENGINE);
  const formOf = (only: readonly string[]) =>
    staticQuantize(model, ranges.get('min-max')!, { exclude: nodes.filter((name) => !only.includes(name)) });
  const found = await nodeNoise(model, nodes, probe, formOf);
  const noise = new Map(found.map((entry) => [entry.node, entry.noise]));
  expect(noise.get('first')).toBeGreaterThan(10 * noise.get('last')!);
  expect(noise.get('second')).toBeGreaterThan(10 * noise.get('last')!);
});
