import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { onTestFinished } from 'vitest';
import { AgentProgram } from '../rig/agent-program.ts';
import { RigError } from '../rig/errors.ts';
import type { HubClient } from '../rig/hub-client.ts';
import { HubProgram } from '../rig/hub-program.ts';
import { projectRoot } from '../rig/project-root.ts';
import { waitFor } from '../rig/wait-for.ts';

export const MODEL = 'shuttle';
const TRAINING_ROWS = 4_000;
const REPLAY_ROWS = 3_000;

/** A recipe that trains in a few seconds: these tests are about what survives, not about accuracy. */
export const QUICK_RECIPE = { hidden: [16], epochs: 12, patience: 12, learningRate: 0.01 };

export const QUICK_PLAN = {
  slot: 'default',
  labels: {},
  waves: [0.5, 1],
  gate: { minSuccessShare: 1, deviceTimeoutMs: 60_000, minInferences: 20, soakMs: 500, maxErrorShare: 0.05 },
  samples: { kind: 'none', share: 0, perHour: 0, omitFields: [] },
};

export interface RunView {
  readonly id: string;
  readonly jobId: string | null;
  readonly state: string;
  readonly version: number | null;
  readonly error: { readonly message: string } | null;
}

/** A hub with its worker and a few rows of the Shuttle data, in a folder of its own. */
export class SmallLoop {
  readonly folder: string;
  readonly hub: HubProgram;
  readonly agents: AgentProgram[] = [];
  readonly #replayPath: string;

  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), 'edgeloop-e2e-'));
    this.hub = new HubProgram(this.folder);
    const csv = gunzipSync(readFileSync(join(projectRoot(), 'test/data/shuttle.csv.gz'))).toString('utf8');
    const [header, ...rows] = csv.trimEnd().split('\n');
    this.#replayPath = join(this.folder, 'replay.csv');
    writeFileSync(join(this.folder, 'training.csv'), [header, ...rows.slice(0, TRAINING_ROWS), ''].join('\n'));
    writeFileSync(this.#replayPath, [header, ...rows.slice(-REPLAY_ROWS), ''].join('\n'));
  }

  get client(): HubClient {
    return this.hub.client;
  }

  async importData(): Promise<void> {
    const bytes = readFileSync(join(this.folder, 'training.csv'));
    await this.client.upload(`/datasets?name=${MODEL}&label=Class&format=csv`, bytes);
  }

  startRun(): Promise<RunView> {
    return this.client.post<RunView>('/runs', { model: MODEL, dataset: { name: MODEL }, recipe: QUICK_RECIPE });
  }

  /** The run once it is in one of these states; a failed run fails the test with its reason. */
  runIn(id: string, states: readonly string[]): Promise<RunView> {
    return waitFor(
      `run ${id} to be ${states.join(' or ')}`,
      async () => {
        const run = await this.client.get<RunView>(`/runs/${id}`);
        return states.includes(run.state) && run;
      },
      { timeoutMs: 90_000, intervalMs: 20 },
    );
  }

  /** Waits until a worker holds the job of the run's present step, or the run is done. */
  async jobLeased(id: string): Promise<void> {
    await waitFor(
      `the job of run ${id} to be leased`,
      async () => {
        const run = await this.client.get<RunView>(`/runs/${id}`);
        const job = await this.client.get<{ state: string }>(`/jobs/${run.jobId}`);
        return run.state === 'done' || job.state === 'leased';
      },
      { timeoutMs: 60_000, intervalMs: 5 },
    );
  }

  async trainVersion(): Promise<number> {
    const { id } = await this.startRun();
    const run = await this.runIn(id, ['done', 'failed', 'refused']);
    if (run.version === null) throw new RigError('STAGE_FAILED', `run ended as ${run.state}: ${run.error?.message}`);
    return run.version;
  }

  async addAgent(deviceId: string, overrides: Record<string, unknown> = {}): Promise<AgentProgram> {
    const agent = new AgentProgram(this.folder, deviceId, {
      slots: {
        default: {
          sources: [
            { kind: 'csv-replay', path: this.#replayPath, rowsPerSecond: 100, labelColumn: 'Class', loop: true },
          ],
          sinks: [{ kind: 'jsonl', path: this.predictionsPath(deviceId) }],
        },
      },
      telemetry: { windowMs: 500 },
      trial: { seconds: 1 },
      ...overrides,
    });
    await agent.enroll(this.hub, 'simulated');
    this.agents.push(agent);
    return agent;
  }

  predictionsPath(deviceId: string): string {
    return join(this.folder, `${deviceId}-predictions.jsonl`);
  }

  startRollout(version: number): Promise<{ id: string }> {
    return this.client.post<{ id: string }>('/rollouts', { model: MODEL, version, plan: QUICK_PLAN });
  }

  rolloutIn(id: string, states: readonly string[]): Promise<{ rollout: { state: string; reason: string | null } }> {
    return waitFor(
      `rollout ${id} to be ${states.join(' or ')}`,
      async () => {
        const view = await this.client.get<{ rollout: { state: string; reason: string | null } }>(`/rollouts/${id}`);
        return states.includes(view.rollout.state) && view;
      },
      { timeoutMs: 90_000, intervalMs: 50 },
    );
  }

  /** Windows of this model stored so far. */
  async storedWindows(): Promise<number> {
    const totals = await this.client.get<{ windows: number }>('/telemetry/totals');
    return totals.windows;
  }

  async stop(): Promise<void> {
    await Promise.all(this.agents.map((agent) => agent.stop()));
    await this.hub.stop();
  }
}

/** A running hub that is stopped, and its folder removed, when the test ends; kept when EDGELOOP_KEEP is set. */
export async function startSmallLoop(): Promise<SmallLoop> {
  const loop = new SmallLoop();
  onTestFinished(async () => {
    await loop.stop();
    if (process.env['EDGELOOP_KEEP'] === undefined) rmSync(loop.folder, { recursive: true, force: true });
  });
  await loop.hub.start();
  return loop;
}
