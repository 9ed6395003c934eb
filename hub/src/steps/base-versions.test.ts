import { float32, GraphBuilder, writeModel } from '@edgeloop/onnx';
import { describe, expect, test } from 'vitest';
import { LoopRig } from '../testing/loop-rig.ts';

const UPLOAD = { model: 'base', sizeBytes: 1, fileName: 'base.onnx', description: '', requestedBy: 'ann' };
const RUN = { model: 'valves', dataset: { name: 'pumps' }, requestedBy: 'ann' };

/** A hub with a model that reads two columns and tells three classes apart, as base@1. */
async function rigWithBase(columns = 1) {
  const rig = await LoopRig.open();
  const graph = new GraphBuilder();
  graph.input('x', 'float32', ['batch', columns]);
  const hidden = graph.initializer('hidden.weight', float32(new Float32Array(columns * 4).fill(0.5), [columns, 4]));
  const last = graph.initializer('last.weight', float32(new Float32Array(12), [4, 3]));
  const two = graph.initializer('two', float32([2]));
  const active = graph.node('Mod', [graph.node('MatMul', ['x', hidden]), two], { fmod: 1 }, { name: 'rest' });
  graph.node('Softmax', [graph.node('MatMul', [active, last])], { axis: 1 }, { outputs: ['y'] });
  const digest = await rig.blobs.put(writeModel(graph.output('y', 'float32', ['batch', 3]).build()));
  await rig.pipeline.startUpload({ ...UPLOAD, digest });
  await rig.second();
  return { rig, digest };
}

describe('a run that starts from a version', () => {
  test('keeps in its recipe and in the lineage of its version which file that was', async () => {
    const { rig, digest } = await rigWithBase();
    const run = await rig.pipeline.startRun({ ...RUN, recipe: { from: { model: 'base' } } });
    const from = { model: 'base', version: 1, digest };
    expect(run.recipe).toMatchObject({ family: 'fine-tune', trainable: 'head', from });
    await rig.until(async () => (await rig.store.models.findVersion('valves', 1)) !== undefined, 10);
    const version = await rig.store.models.findVersion('valves', 1);
    expect(version?.lineage).toMatchObject({ from, recipe: { from } });
    expect(await rig.store.models.aliases('valves')).toEqual({ champion: 1 });
  });

  test('may start from a version that a run made', async () => {
    const { rig } = await rigWithBase();
    await rig.pipeline.startRun(RUN);
    await rig.until(async () => (await rig.store.models.findVersion('valves', 1)) !== undefined, 10);
    const run = await rig.pipeline.startRun({ ...RUN, recipe: { from: { model: 'valves', version: 1 } } });
    const float = (await rig.store.models.findVersion('valves', 1))!.variants.find(({ name }) => name === 'float32')!;
    expect(run.recipe['from']).toEqual({ model: 'valves', version: 1, digest: float.digest });
  });

  for (const [title, from, message] of [
    ['that is not there', { model: 'base', version: 2 }, /^no version base@2 to start from$/],
    ['of a model that has none', { model: 'nobody' }, /^no version of nobody to start from$/],
    [
      'that has another file',
      { model: 'base', digest: 'a'.repeat(64) },
      /^recipe: from.digest: the file of base@1 has/,
    ],
  ] as const) {
    test(`is refused for one ${title}`, async () => {
      const { rig } = await rigWithBase();
      await expect(rig.pipeline.startRun({ ...RUN, recipe: { from } })).rejects.toThrow(message);
      expect(await rig.store.runs.list()).toEqual([]);
    });
  }

  test('is refused before it begins, with every reason', async () => {
    const { rig } = await rigWithBase(7);
    const recipe = { from: { model: 'base' }, trainable: 'hidden*' };
    await expect(rig.pipeline.startRun({ ...RUN, recipe })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      details: {
        faults: [
          'input x of the model reads 7 columns, the data set gives 1',
          expect.stringMatching(/^trained weights lie in front of node rest \(Mod\), which has no gradient: /),
        ],
      },
    });
    expect(await rig.store.runs.list()).toEqual([]);
    expect(await rig.store.models.find('valves')).toBeUndefined();
  });
});
