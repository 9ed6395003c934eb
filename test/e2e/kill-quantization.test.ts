import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { processTree } from '../rig/process-memory.ts';
import { textDirectionModel } from '../rig/real-model.ts';
import { waitFor } from '../rig/wait-for.ts';
import { MODEL, QUICK_RECIPE, type RunView, type SmallLoop, startSmallLoop } from './small-loop.ts';

interface Work {
  readonly id: string;
  readonly state: string;
  readonly jobId: string | null;
  readonly version: number | null;
  readonly publishedVersion?: number | null;
  readonly error: { readonly message: string } | null;
}

interface Version {
  readonly variants: readonly { readonly name: string; readonly digest: string; readonly accepted: boolean }[];
  readonly quantization: { readonly classes: readonly unknown[] } | null;
  readonly lineage: { readonly derivedFrom?: unknown } | null;
}

/** Nothing is fast enough, so that the first version has float32 alone. */
const NOTHING = { maxLatencyShare: 1e-6 };
/** Anything smaller is taken: this test is about what survives. */
const ANYTHING = { maxAccuracyDrop: 1, maxRelativeDrop: 1, maxLatencyShare: 100 };

async function versionsOf(loop: SmallLoop, model: string): Promise<readonly Version[]> {
  return (await loop.client.get<{ versions: Version[] }>(`/models/${model}`)).versions;
}

/** What is asked for once its job is with a worker, or over. */
async function leased(loop: SmallLoop, path: string, states: readonly string[]): Promise<void> {
  await waitFor(
    `the job of ${path} to be leased`,
    async () => {
      const work = await loop.client.get<Work>(path);
      if (work.state === 'done') return true;
      const job = await loop.client.get<{ state: string }>(`/jobs/${work.jobId}`);
      return states.includes(work.state) && job.state === 'leased';
    },
    { timeoutMs: 60_000, intervalMs: 5 },
  );
}

function ended(loop: SmallLoop, path: string): Promise<Work> {
  return waitFor(
    `${path} to end`,
    async () => {
      const work = await loop.client.get<Work>(path);
      return ['done', 'failed', 'refused'].includes(work.state) && work;
    },
    { timeoutMs: 120_000 },
  );
}

/** First the hub, then, when the job is taken up again, the worker. */
async function killBoth(loop: SmallLoop, path: string, states: readonly string[]): Promise<void> {
  await leased(loop, path, states);
  await loop.hub.kill();
  await loop.hub.start();
  await leased(loop, path, states);
  const worker = await waitFor('the worker process', () =>
    processTree(loop.hub.pid).find(({ pid, command }) => pid !== loop.hub.pid && command.includes('worker')),
  );
  process.kill(worker.pid, 'SIGKILL');
}

describe('hub and worker that are killed while they look for smaller forms', () => {
  it('of a version: end with one report and one new version with the same float model', {
    timeout: 240_000,
  }, async () => {
    const loop = await startSmallLoop();
    await loop.importData();
    const recipe = { ...QUICK_RECIPE, hidden: [256, 256], epochs: 3, quantization: NOTHING };
    const { id } = await loop.client.post<RunView>('/runs', { model: MODEL, dataset: { name: MODEL }, recipe });
    expect((await loop.runIn(id, ['done', 'failed', 'refused'])).error).toBeNull();
    const asked = await loop.client.post<Work>(`/models/${MODEL}/versions/1/quantizations`, {
      ...{ goals: ANYTHING, profiles: ['x86-vnni'], publish: true },
    });
    const path = `/quantizations/${asked.id}`;
    await killBoth(loop, path, ['queued', 'running']);
    expect(await ended(loop, path)).toMatchObject({ state: 'done', publishedVersion: 2, error: null });
    const [first, second, ...others] = await versionsOf(loop, MODEL);
    expect(others).toEqual([]);
    expect(first?.variants.filter(({ accepted }) => accepted).map(({ name }) => name)).toEqual(['float32']);
    expect(second?.variants[0]).toMatchObject({ name: 'int8-static', accepted: true });
    expect(second?.variants.at(-1)?.digest).toBe(first?.variants.at(-1)?.digest);
    expect(second?.lineage?.derivedFrom).toEqual({ version: 1, quantizationId: asked.id });
  });

  it('of a model that was handed in: end with one version and its report', { timeout: 240_000 }, async () => {
    const loop = await startSmallLoop();
    const model = textDirectionModel();
    const digest = createHash('sha256').update(model).digest('hex');
    const handIn = `/uploads?model=direction&digest=${digest}&fileName=direction.onnx`;
    const { upload } = await loop.client.upload<{ upload: Work }>(handIn, model);
    const path = `/uploads/${upload.id}`;
    await killBoth(loop, path, ['quantizing']);
    expect(await ended(loop, path)).toMatchObject({ state: 'done', version: 1, error: null });
    const [version, ...others] = await versionsOf(loop, 'direction');
    expect(others).toEqual([]);
    expect(version?.variants.at(-1)).toMatchObject({ name: 'float32', digest, accepted: true });
    expect(version?.quantization?.classes.length).toBeGreaterThan(0);
  });
});
