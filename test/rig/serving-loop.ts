import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GoldenVectors, type NamedTensor } from '@edgeloop/protocol';
import { onTestFinished } from 'vitest';
import { AgentProgram } from './agent-program.ts';
import type { QuantizationView } from './chosen-form.ts';
import { RigError } from './errors.ts';
import type { HubClient } from './hub-client.ts';
import { HubProgram } from './hub-program.ts';
import { type AnswerTensor, InferenceClient } from './inference-client.ts';
import { projectRoot } from './project-root.ts';
import { waitFor } from './wait-for.ts';

export interface TrainedRun {
  readonly id: string;
  readonly state: string;
  readonly version: number | null;
  readonly error: { readonly message: string } | null;
  readonly recipe: Readonly<Record<string, unknown>>;
}

export interface TrainedVersion {
  readonly model: string;
  readonly version: number;
  readonly classes: readonly string[];
  readonly lineage: { readonly runId: string };
  readonly evaluation: Readonly<Record<string, unknown>> & { readonly rows: number };
  readonly variants: readonly {
    readonly name: string;
    readonly digest: string;
    readonly goldenDigest: string;
    readonly accepted: boolean;
  }[];
  readonly quantization?: QuantizationView | null | undefined;
}

export interface TrainingRecord {
  readonly epochs: number;
  /** Time in the training loop. */
  readonly seconds: number;
  readonly crossValidation?: {
    readonly figures: Readonly<Record<string, { readonly mean: number; readonly folds: readonly number[] }>>;
  };
}

/** A model that a device serves, and what the hub computed with the very form of it that the device runs. */
export interface Served {
  readonly client: InferenceClient;
  readonly variant: string;
  readonly golden: GoldenVectors;
}

interface DeviceView {
  readonly reported: {
    readonly slots: readonly { readonly running?: { readonly model: string; readonly variant: string } | undefined }[];
  } | null;
}

const PLAN = {
  slot: 'default',
  labels: {},
  waves: [1],
  gate: { minSuccessShare: 1, deviceTimeoutMs: 60_000, minInferences: 0, soakMs: 0, maxErrorShare: 1 },
  samples: { kind: 'none', share: 0, perHour: 0, omitFields: [] },
};

/** The way of a model from data to a device that answers requests, through the product's public faces. */
export class ServingLoop {
  readonly folder: string;
  readonly hub: HubProgram;
  readonly #agents: AgentProgram[] = [];

  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), 'edgeloop-e2e-'));
    this.hub = new HubProgram(this.folder);
  }

  get client(): HubClient {
    return this.hub.client;
  }

  /** Runs the `edgeloop` command against this hub; returns what it prints. @throws RigError STAGE_FAILED */
  command(...argv: string[]): string {
    const result = spawnSync(process.execPath, [join(projectRoot(), 'hub/bin/edgeloop.js'), ...argv], {
      cwd: this.folder,
      encoding: 'utf8',
      env: { ...process.env, EDGELOOP_URL: this.hub.address.httpUrl, EDGELOOP_TOKEN: this.hub.adminToken },
    });
    if (result.status === 0) return result.stdout;
    throw new RigError('STAGE_FAILED', `edgeloop ${argv.join(' ')}: ${result.stderr || result.stdout}`);
  }

  /** Trains a version. @throws RigError STAGE_FAILED with the reason when there is none */
  async train(model: string, dataset: string, recipe: Readonly<Record<string, unknown>>): Promise<TrainedVersion> {
    const { id } = await this.client.post<TrainedRun>('/runs', { model, dataset: { name: dataset }, recipe });
    const run = await waitFor(
      `run ${id} of ${model}`,
      async () => {
        const now = await this.client.get<TrainedRun>(`/runs/${id}`);
        return ['done', 'failed', 'refused', 'cancelled'].includes(now.state) && now;
      },
      { timeoutMs: 380_000, intervalMs: 200 },
    );
    if (run.version === null) throw new RigError('STAGE_FAILED', `${id} ended as ${run.state}: ${run.error?.message}`);
    return this.client.get<TrainedVersion>(`/models/${model}/versions/${run.version}`);
  }

  /** What the run that made the version tells of its training. */
  async trainingRecord({ lineage }: TrainedVersion): Promise<TrainingRecord> {
    const path = `/runs/${lineage.runId}`;
    const run = await this.client.get<{ results: { train: { trainingRecord: TrainingRecord } } }>(path);
    return run.results.train.trainingRecord;
  }

  /** Rolls the version out to a new device and waits until it answers. */
  async serve({ model, version, variants }: TrainedVersion): Promise<Served> {
    const deviceId = `${model}-device`;
    const agent = new AgentProgram(this.folder, deviceId, {
      slots: { default: { sources: [{ kind: 'http', port: 0, host: '127.0.0.1' }], sinks: [] } },
      telemetry: { windowMs: 500 },
      trial: { seconds: 1 },
    });
    await agent.enroll(this.hub, 'simulated');
    this.#agents.push(agent);
    agent.start();
    await this.client.post('/rollouts', { model, version, plan: PLAN });
    const variant = await waitFor(`${deviceId} to run ${model}`, async () => {
      const { reported } = await this.client.get<DeviceView>(`/devices/${deviceId}`);
      const running = reported?.slots[0]?.running;
      return running?.model === model && running.variant;
    });
    const port = await waitFor(`${deviceId} to listen`, () => agent.ports()[0]);
    const { goldenDigest = '' } = variants.find(({ name }) => name === variant) ?? {};
    const golden = GoldenVectors.decode(await this.client.download(`/blobs/${goldenDigest}`));
    return { client: new InferenceClient(port, model), variant, golden };
  }

  async stop(): Promise<void> {
    await Promise.all(this.#agents.map((agent) => agent.stop()));
    await this.hub.stop();
  }
}

/** A running hub that is stopped, and its folder removed, when the test ends; kept when EDGELOOP_KEEP is set. */
export async function startServingLoop(): Promise<ServingLoop> {
  const loop = new ServingLoop();
  onTestFinished(async () => {
    await loop.stop();
    if (process.env['EDGELOOP_KEEP'] === undefined) rmSync(loop.folder, { recursive: true, force: true });
  });
  await loop.hub.start();
  return loop;
}

/** Largest difference between what a device answers to the hub's own inputs and what the hub computed for them. */
export async function deviationOf({ client, golden }: Served): Promise<number> {
  const answers = await client.infer(golden.inputs);
  return Math.max(...golden.outputs.map((expected) => largestDifference(expected, answers)));
}

function largestDifference(expected: NamedTensor, answers: readonly AnswerTensor[]): number {
  const answer = answers.find(({ name }) => name === expected.name);
  const values = numbersOf(expected);
  if (answer === undefined || answer.data.length !== values.length) {
    throw new RigError(
      'STAGE_FAILED',
      `output ${expected.name}: expected ${values.length} values, got ${answer?.data}`,
    );
  }
  return Math.max(...values.map((value, at) => Math.abs(value - Number(answer.data[at]))));
}

function numbersOf({ elementType, data }: NamedTensor): number[] {
  const { buffer } = new Uint8Array(data);
  return elementType === 'int64' ? Array.from(new BigInt64Array(buffer), Number) : [...new Float32Array(buffer)];
}
