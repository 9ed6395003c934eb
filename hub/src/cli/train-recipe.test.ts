import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { StartRunRequest } from '../api/pipeline-actions.ts';
import { RecipeSchema } from '../store/recipe/recipe.ts';
import type { RunRecord } from '../store/run-store.ts';
import { openCommandLine } from '../testing/command-line.ts';
import { temporaryFolder } from '../testing/hub-rig.ts';

interface Answer {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly request: StartRunRequest | undefined;
}

/** Runs `edgeloop train` against a hub that takes everything. */
async function train(...argv: string[]): Promise<Answer> {
  const { run, pipeline } = await openCommandLine();
  let request: StartRunRequest | undefined;
  pipeline.startRun = async (given): Promise<RunRecord> => {
    request = given;
    const { name, version = 4 } = given.dataset;
    return {
      ...{ id: 'run-1', model: given.model, state: 'training', recipe: RecipeSchema.parse(given.recipe), seed: 7 },
      ...{ dataset: { name, version, digest: 'ab' }, heldOut: null, recentFromRow: null, jobId: null, results: {} },
      ...{ version: null, cause: { kind: 'request', ref: 'test' }, error: null, createdMs: 0, updatedMs: 0 },
      notes: ['family mlp, because it reads a table of 768 rows'],
    };
  };
  return { ...(await run('train', ...argv)), request };
}

function file(name: string, content: string): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, content);
  return path;
}

describe('a recipe file', () => {
  it('may hold model and data set too', async () => {
    const path = file('odd.yaml', 'model: valves\ndataset: plant@3\ndescription: odd valves\nfamily: mlp\nepochs: 3\n');
    const { request } = await train('--recipe', path);
    expect(request).toMatchObject({
      ...{ model: 'valves', dataset: { name: 'plant', version: 3 }, description: 'odd valves' },
      recipe: { family: 'mlp', epochs: 3 },
    });
    const said = await train('pumps', '--recipe', path, '--dataset', 'hall', '--family', 'logistic');
    expect(said.request).toMatchObject({ model: 'pumps', dataset: { name: 'hall' }, recipe: { family: 'logistic' } });
  });

  it('is refused with line and field of everything that is wrong', async () => {
    const path = file('bad.yaml', 'family: mlp\n\nlearningRate: 7\nschedule:\n  kind: step\n  factr: 2\nepocs: 3\n');
    const { code, err, request } = await train('valves', '--dataset', 'plant', '--recipe', path);
    expect([code, request]).toEqual([1, undefined]);
    expect(err).toContain('line 3: learningRate: ');
    expect(err).toMatch(/line [45]: schedule.everyEpochs: /);
    expect(err).toContain('line 6: schedule: Unrecognized key: "factr"');
    expect(err).toContain('line 7: Unrecognized key: "epocs"');
    const broken = file('broken.yaml', 'family: mlp\nhidden: [3\n');
    expect((await train('valves', '--dataset', 'plant', '--recipe', broken)).err).toMatch(
      /broken.yaml:\d: expected YAML/,
    );
    const nine = (item: string): string => `[${Array(9).fill(item)}]`;
    const levels = Array.from({ length: 8 }, (_, at) => `a${at + 1}: &a${at + 1} ${nine(`*a${at}`)}\n`);
    const bomb = file('bomb.yaml', `a0: &a0 ${nine('x')}\n${levels.join('')}`);
    expect((await train('valves', '--dataset', 'plant', '--recipe', bomb)).err).toContain('YAML with fewer aliases');
  });

  it('is written in full where none was given, and trains the same again', async () => {
    const path = join(temporaryFolder(), 'valves.recipe.yaml');
    const argv = ['valves', '--data', 'plant', '--target', 'state', '--folds', '5', '--write-recipe', path];
    const first = await train(...argv);
    expect(first.out).toContain('family mlp, because it reads a table of 768 rows');
    expect(first.out).toContain(`its recipe is in ${path}`);
    expect(readFileSync(path, 'utf8')).toMatch(/^# Recipe of run-1: .*\nmodel: valves\ndataset: plant@4\n/);
    const again = await train('--recipe', path);
    expect(again.request).toMatchObject({ model: 'valves', dataset: { name: 'plant', version: 4 } });
    expect(again.request?.recipe).toEqual({ ...RecipeSchema.parse(first.request?.recipe), seed: 7 });
    // Its own file is written over, another one is not.
    expect((await train(...argv)).out).toContain('its recipe is in');
    writeFileSync(path, 'epochs: 3\n');
    expect((await train(...argv)).out).toContain('is another file and stays as it is');
    expect(readFileSync(path, 'utf8')).toBe('epochs: 3\n');
    expect(existsSync('valves.recipe.yaml')).toBe(false);
  });
});

describe('edgeloop train', () => {
  it('makes a recipe of what the command line says', async () => {
    const { request } = await train(
      ...['odd', '--dataset', 'shuttle', '--no-write-recipe', '--target', 'Class', '--normal', 'Rad.Flow'],
      ...['--window', '64x16', '--engine', 'tfjs', '--tfjs-backend', 'cpu', '--folds', '3'],
    );
    expect(request?.recipe).toEqual({
      ...{ target: 'Class', task: 'anomaly', anomaly: { normal: ['Rad.Flow'] }, window: { size: 64, stride: 16 } },
      ...{ engine: 'tfjs', tfjsBackend: 'cpu', evaluation: { folds: 3 } },
    });
    for (const wrong of [
      ['--window', 'long'],
      ['--family', 'forest'],
      ['--folds', '1'],
    ]) {
      expect(await train('odd', '--dataset', 'shuttle', ...wrong)).toMatchObject({ code: 2, request: undefined });
    }
  });

  it('sends layers to the hub, with their weights where these lie beside them', async () => {
    const topology = { class_name: 'Sequential', config: { layers: [{ class_name: 'Dense', config: { name: 'd' } }] } };
    const manifest = [{ paths: ['w.bin', 'v.bin'], weights: [{ name: 'd/kernel', shape: [1], dtype: 'float32' }] }];
    const path = file('model.json', JSON.stringify({ modelTopology: topology, weightsManifest: manifest }));
    const argv = ['m', '--dataset', 'shuttle', '--layers', path, '--no-write-recipe'];
    const without = await train(...argv);
    expect(without.request?.recipe).toMatchObject({
      family: 'layers',
      layers: { model: expect.stringMatching(/^\w{64}$/) },
    });
    expect(without.out).toContain('layers begin with new weights, because w.bin, v.bin of its manifest are not beside');
    writeFileSync(join(path, '..', 'w.bin'), Buffer.alloc(2));
    expect((await train(...argv)).err).toContain('weights must all be there, and v.bin of its manifest is not beside');
    writeFileSync(join(path, '..', 'v.bin'), Buffer.alloc(2));
    const { request } = await train(...argv);
    expect(request?.recipe).toMatchObject({ layers: { weights: expect.stringMatching(/^\w{64}$/) } });
    const other = file('other.json', '{"a": 1}');
    expect((await train('m', '--dataset', 'shuttle', '--layers', other)).err).toContain(
      'layers: the model.json cannot be read',
    );
  });
});
