import { generateKeyPairSync } from 'node:crypto';
import { createEd25519Signer } from '@edgeloop/protocol';
import { DatasetService } from '../datasets/dataset-service.ts';
import { JobCheckpoints } from '../jobs/job-checkpoints.ts';
import { StoreJobQueue } from '../jobs/store-job-queue.ts';
import { silentLogger } from '../log.ts';
import { makePipeline } from '../make-pipeline.ts';
import type { Pipeline } from '../pipeline.ts';
import { RetrainingPolicySchema } from '../retraining/retraining-policy.ts';
import type { RetrainingPolicy } from '../store/retraining-store.ts';
import { RolloutPlanSchema } from '../store/rollout-plan.ts';
import type { RolloutPlan } from '../store/rollout-store.ts';
import type { Store } from '../store/store.ts';
import { CannedWorker } from './canned-worker.ts';
import { ManualClock, memoryStore } from './hub-rig.ts';
import { KillSwitch } from './kill-switch.ts';
import { MemoryBlobs } from './memory-blobs.ts';
import { SimulatedFleet } from './simulated-fleet.ts';

export const DEVICES: readonly string[] = ['line-1', 'line-2', 'line-3'];

export const PLAN: RolloutPlan = RolloutPlanSchema.parse({
  waves: [0.34, 1],
  gate: { minInferences: 100, soakMs: 1_000, deviceTimeoutMs: 60_000 },
  samples: { kind: 'all', share: 1, perHour: 1_000_000 },
});

/** Retrains after two drifting checks and 40 labelled samples, and rolls out by PLAN. */
export const POLICY: RetrainingPolicy = {
  ...RetrainingPolicySchema.parse({ when: { driftChecks: 2, minLabelled: 40 }, coolDownMs: 3_600_000 }),
  // biome-ignore lint/suspicious/noThenProperty: the policy's own word for what follows an accepted challenger
  then: PLAN,
};

/** A whole hub without its edges: real store, queue, data sets, registry and pipeline; time is a number. */
export class LoopRig {
  readonly store: Store;
  readonly clock: ManualClock;
  readonly kill: KillSwitch;
  readonly worker: CannedWorker;
  readonly fleet: SimulatedFleet;
  readonly blobs: MemoryBlobs;
  #pipeline: Pipeline;
  readonly #makePipeline: () => Pipeline;
  readonly #datasets: DatasetService;

  constructor(store: Store, killAfter: number) {
    const clock = new ManualClock();
    const blobs = new MemoryBlobs();
    const kill = new KillSwitch(store, killAfter);
    const fleet = new SimulatedFleet(store, clock, kill);
    const queue = new StoreJobQueue(store, clock);
    const datasets = new DatasetService(store, blobs, clock);
    const identity = { signer: createEd25519Signer(generateKeyPairSync('ed25519').privateKey) };
    const checkpoints = new JobCheckpoints({ store, blobs, queue, clock });
    const ground = { store, blobs, queue, checkpoints, clock, log: silentLogger, desired: fleet, datasets, identity };
    this.#makePipeline = () => makePipeline(ground);
    this.#pipeline = this.#makePipeline();
    this.#datasets = datasets;
    this.store = store;
    this.clock = clock;
    this.kill = kill;
    this.fleet = fleet;
    this.blobs = blobs;
    this.worker = new CannedWorker(queue, blobs);
  }

  /** With three devices and a labelled data set, before the first run. */
  static async open(killAfter: number = Number.POSITIVE_INFINITY): Promise<LoopRig> {
    const rig = new LoopRig(await memoryStore(), killAfter);
    await rig.worker.start();
    for (const id of DEVICES) await rig.fleet.enrol(id);
    const rows = Array.from({ length: 200 }, (_, row) => `${15 + row / 20},${row % 2 === 0 ? 'ok' : 'broken'}`);
    const bytes = Buffer.from(`temperature,outcome\n${rows.join('\n')}\n`);
    await rig.#datasets.importFile({ name: 'pumps', label: 'outcome', origin: 'pumps.csv', bytes });
    return rig;
  }

  /** What a person asks for; a hub that dies over it is started again, and the person asks again if it is not there. */
  async ask<T>(isThere: () => Promise<boolean>, action: (pipeline: Pipeline) => Promise<T>): Promise<void> {
    if (await isThere()) return;
    await this.kill.asHub(() => action(this.#pipeline)).catch((error) => this.#restartIfDead(error));
    if (!(await isThere())) await action(this.#pipeline);
  }

  async tick(): Promise<void> {
    await this.kill.asHub(() => this.#pipeline.tick());
    if (this.kill.isDead) await this.#restartIfDead(undefined);
  }

  /** A second of the loop: jobs are done, devices live, the hub looks. */
  async second(): Promise<void> {
    await this.worker.work();
    await this.fleet.live();
    this.clock.advance(1_000);
    await this.tick();
  }

  async until(isThere: () => Promise<boolean>, seconds = 60): Promise<number> {
    for (let second = 0; second < seconds; second++) {
      if (await isThere()) return second;
      await this.second();
    }
    return seconds;
  }

  get pipeline(): Pipeline {
    return this.#pipeline;
  }

  async #restartIfDead(error: unknown): Promise<void> {
    if (!this.kill.isDead) throw error;
    this.kill.revive();
    this.#pipeline = this.#makePipeline();
    await this.fleet.publishAll();
    await this.tick();
  }
}
