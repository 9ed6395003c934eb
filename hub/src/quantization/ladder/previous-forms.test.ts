import {
  dynamicQuantize,
  type Model,
  prepareForQuantization,
  readModel,
  weightOnlyQuantize,
  writeModel,
} from '@edgeloop/onnx';
import { describe, expect, test } from 'vitest';
import { RequestError } from '../../errors.ts';
import { climb, INT8, profile } from '../../testing/small-climb.ts';
import { wideNetwork } from '../../testing/wide-network.ts';

test('keeps the scales of the form before, by its name', async () => {
  const asked: string[] = [];
  const [before] = (await climb()).forms;
  const result = await climb({
    profiles: [profile('old', INT8, true), profile('new', INT8)],
    previous: async (name) => {
      asked.push(name);
      return name === 'int8-static' ? before!.model : undefined;
    },
  });
  expect(new Set(asked)).toEqual(new Set(['int8-static', 'int8-static-7bit', 'int8-dynamic', 'int8-dynamic-7bit']));
  expect(result.forms[0]!.model).toEqual(before!.model);
});

test.each(['int8-dynamic', 'int8-weights', 'int4-weights'] as const)('keeps the scales of %s too', async (format) => {
  const model = wideNetwork({ units: 300 });
  const prepared = prepareForQuantization(model);
  const bits = format === 'int4-weights' ? 4 : 8;
  const before = format === 'int8-dynamic' ? dynamicQuantize(prepared) : weightOnlyQuantize(prepared, { bits });
  const moved = withScales(before, 1.01);
  const { forms } = await climb({
    ...{ model, profiles: [profile('gateway', [format, 'float32'])] },
    previous: async (name) => (name === format ? writeModel(moved) : undefined),
  });
  const made = readModel(forms.find(({ name }) => name === format)!.model);
  const kept = made.graph.initializer
    .filter(({ name }) => isScale(name))
    .map(({ name, rawData }) => ({ name, rawData }));
  expect(kept.length).toBeGreaterThan(0);
  const fresh = new Map(before.graph.initializer.map(({ name, rawData }) => [name, rawData]));
  expect(kept.some(({ name, rawData }) => !sameBytes(rawData!, fresh.get(name)!))).toBe(true);
});

describe('a form of the version before that is of no use', () => {
  const damaged = async (): Promise<Uint8Array> => {
    const [before] = (await climb()).forms;
    const model = readModel(before!.model);
    const cut = model.graph.initializer.map((proto) =>
      isScale(proto.name) ? { ...proto, rawData: proto.rawData!.subarray(0, 1) } : proto,
    );
    return writeModel({ ...model, graph: { ...model.graph, initializer: cut } });
  };
  test.each([
    ['is missing', async () => Promise.reject(new RequestError('NOT_FOUND', 'no blob 12ab'))],
    ['is no model', async () => Uint8Array.of(1, 2, 3)],
    ['has scales that were cut off', damaged],
  ])('%s: it is left out with a note', async (_, load) => {
    const plain = await climb();
    const { report, forms } = await climb({
      previous: (name) => (name === 'int8-static' ? load() : Promise.resolve(undefined)),
    });
    expect(forms.map(({ name, model }) => [name, model])).toEqual(plain.forms.map(({ name, model }) => [name, model]));
    expect(report.classes).toEqual(plain.report.classes);
    expect(report.notes.join()).toMatch(/scales of int8-static of the version before were not kept/);
  });

  test('is of another architecture: nothing of it is kept', async () => {
    const other = (await climb({ model: wideNetwork({ units: 64 }) })).forms;
    const [plain, result] = [
      await climb(),
      await climb({ previous: async (name) => other.find((form) => form.name === name)?.model }),
    ];
    expect(result.report.classes.map(({ order }) => order)).toEqual(plain.report.classes.map(({ order }) => order));
    expect(result.forms.map(({ accepted }) => accepted)).toEqual(plain.forms.map(({ accepted }) => accepted));
  });
});

function isScale(name: string | null | undefined): boolean {
  return /_scales?$/.test(name ?? '');
}

function sameBytes(first: Uint8Array, second: Uint8Array): boolean {
  return Buffer.from(first).equals(Buffer.from(second));
}

/** The form with all its scales, which are float32, multiplied. */
function withScales(form: Model, factor: number): Model {
  const initializer = form.graph.initializer.map((proto) => {
    if (!isScale(proto.name) || !proto.rawData) return proto;
    const values = new Float32Array(proto.rawData.slice().buffer).map((value) => factor * value);
    return { ...proto, rawData: new Uint8Array(values.buffer) };
  });
  return { ...form, graph: { ...form.graph, initializer } };
}
