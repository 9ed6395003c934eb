import { describe, expect, it } from 'vitest';
import { waitFor } from '../rig/wait-for.ts';
import { MODEL, QUICK_RECIPE, type RunView, startSmallLoop } from './small-loop.ts';

interface VersionView {
  readonly variants: readonly {
    readonly name: string;
    readonly digest: string;
    readonly accepted: boolean;
    readonly profiles?: readonly string[];
  }[];
}

interface TestsView {
  readonly summary: readonly { readonly variant: string; readonly passed: number; readonly refused: number }[];
  readonly refusals: readonly {
    readonly variant: string;
    readonly architecture: string;
    readonly profile: string;
    readonly devices: readonly string[];
    readonly reasons: readonly string[];
  }[];
}

/** Of the devices of the rig. */
const PROFILE = 'simulated';

/** Anything smaller is taken: this test is about what comes after. */
const GOALS = { maxAccuracyDrop: 1, maxRelativeDrop: 1, maxLatencyShare: 100 };

describe('a variant that one device cannot run', () => {
  it('is refused there, followed by the next, and shown with the hardware, while the rollout succeeds', {
    timeout: 240_000,
  }, async () => {
    const loop = await startSmallLoop();
    await loop.importData();
    const recipe = { ...QUICK_RECIPE, hidden: [256, 256], epochs: 3, quantization: GOALS };
    const { id } = await loop.client.post<RunView>('/runs', { model: MODEL, dataset: { name: MODEL }, recipe });
    const run = await loop.runIn(id, ['done', 'failed', 'refused']);
    expect(run.error).toBeNull();
    const version = run.version ?? 0;
    const { variants } = await loop.client.get<VersionView>(`/models/${MODEL}/versions/${version}`);
    const offered = variants.filter(({ profiles = [] }) => profiles.length === 0 || profiles.includes(PROFILE));
    const [first, ...others] = offered.filter(({ accepted }) => accepted);
    expect(others.length).toBeGreaterThan(0);
    const [picky, hale] = [await loop.addAgent('picky-1'), await loop.addAgent('hale-1')];
    // Kills the process that tests this model, and no other, as a fault of the processor would.
    picky.start({ EDGELOOP_FAULT_POINT: `runner.in-self-test@${first?.digest}` });
    hale.start();
    const rollout = await loop.startRollout(version);
    await loop.rolloutIn(rollout.id, ['done']);
    const tests = await waitFor('both devices to have told of their tests', async () => {
      const view = await loop.client.get<TestsView>(`/models/${MODEL}/versions/${version}/tests`);
      return view.summary.some(({ variant, passed }) => variant === first?.name && passed === 1) && view;
    });
    expect(tests.summary).toMatchObject([
      { variant: first?.name, passed: 1, refused: 1 },
      { variant: others[0]?.name, passed: 1, refused: 0 },
    ]);
    expect(tests.refusals).toMatchObject([
      { variant: first?.name, architecture: process.arch, profile: PROFILE, devices: ['picky-1'] },
    ]);
    expect(tests.refusals[0]?.reasons[0]).toContain('[RUNNER_CRASHED]');
  });
});
