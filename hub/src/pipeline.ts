import type {
  PipelineActions,
  StartedUpload,
  StartQuantizationRequest,
  StartRolloutRequest,
  StartRunRequest,
  StartUploadRequest,
} from './api/pipeline-actions.ts';
import type { Clock } from './clock.ts';
import { messageOf, RequestError } from './errors.ts';
import type { DesiredPublisher } from './fleet/desired-publisher.ts';
import type { Logger } from './log.ts';
import type { BaseVersions } from './steps/base-versions.ts';
import type { LoopSteps } from './steps/loop-steps.ts';
import { type QuantizationSteps, UNFINISHED_QUANTIZATIONS } from './steps/quantization-steps.ts';
import { type RolloutChange, type RolloutSteps, UNFINISHED_ROLLOUTS } from './steps/rollout-steps.ts';
import { type RunSteps, UNFINISHED_RUNS } from './steps/run-steps.ts';
import type { StandingAssignments } from './steps/standing-assignments.ts';
import { UNFINISHED_UPLOADS, type UploadSteps } from './steps/upload-steps.ts';
import type { QuantizationRecord } from './store/quantization-store.ts';
import type { RetrainingRecord } from './store/retraining-store.ts';
import { RolloutPlanSchema } from './store/rollout-plan.ts';
import type { RolloutRecord } from './store/rollout-store.ts';
import type { RunRecord } from './store/run-store.ts';
import type { Store } from './store/store.ts';
import type { UploadRecord } from './store/upload-store.ts';

export const DEFAULT_TICK_MS = 1_000;

export interface PipelineParts {
  readonly store: Store;
  readonly bases: BaseVersions;
  readonly uploads: UploadSteps;
  readonly runs: RunSteps;
  readonly quantizations: QuantizationSteps;
  readonly rollouts: RolloutSteps;
  readonly assignments: StandingAssignments;
  readonly loop: LoopSteps;
  readonly desired: DesiredPublisher;
  readonly clock: Clock;
  readonly log: Logger;
  readonly tickMs?: number | undefined;
}

/**
 * The path from data to devices and back:
 *
 *   data set -> run: train -> quantize -> evaluate -> gate -> signed version
 *            -> rollout: wave, gate, wave, ... -> champion
 *            -> windows -> drift check -> alert
 *            -> retraining: samples + old data -> run -> challenger against champion -> rollout
 *
 * Nothing here remembers anything: every tick reads the store, lets the stage decide, commits, and only then tells
 * devices. So a hub that is killed between any two lines goes on where it was, and what is said twice does no harm.
 */
export class Pipeline implements PipelineActions {
  readonly #parts: PipelineParts;
  #timer: NodeJS.Timeout | undefined;
  #tail: Promise<unknown> = Promise.resolve();
  #soon: NodeJS.Timeout | undefined;
  #tickTookMs = 0;
  #isRunning = false;
  /** Devices whose desired state has changed and is not published yet; a restart publishes all anyway. */
  readonly #untold = new Set<string>();

  constructor(parts: PipelineParts) {
    this.#parts = parts;
  }

  async start(): Promise<void> {
    this.#isRunning = true;
    await this.tick();
    this.#timer = setInterval(() => this.#nudge(), this.#parts.tickMs ?? DEFAULT_TICK_MS);
  }

  async stop(): Promise<void> {
    this.#isRunning = false;
    clearInterval(this.#timer);
    clearTimeout(this.#soon);
    await this.#tail.catch(() => undefined);
  }

  /** Takes everything that is unfinished as far as it goes now. */
  async tick(): Promise<void> {
    const { store, uploads, runs, quantizations, rollouts, assignments, loop, clock } = this.#parts;
    await this.#alone(async () => {
      const startedMs = clock.nowMs();
      for (const { id } of await store.uploads.list({ states: UNFINISHED_UPLOADS })) {
        await this.#guard(`advance upload ${id}`, () => uploads.advance(id));
      }
      for (const run of await store.runs.list({ states: UNFINISHED_RUNS })) {
        await this.#guard(`advance run ${run.id}`, () => runs.advance(run.id));
      }
      for (const { id } of await store.quantizations.list({ states: UNFINISHED_QUANTIZATIONS })) {
        await this.#guard(`advance quantization ${id}`, () => quantizations.advance(id));
      }
      for (const rollout of await store.rollouts.list({ states: UNFINISHED_ROLLOUTS })) {
        await this.#guard(`advance rollout ${rollout.id}`, async () => this.#told(await rollouts.advance(rollout.id)));
      }
      await this.#guard('assign new devices', async () => this.#publish(await assignments.assign()));
      for (const model of await store.models.list()) {
        await this.#guard(`watch model ${model.name}`, async () => {
          await this.#publish(await loop.advance(model.name));
        });
      }
      this.#tickTookMs = clock.nowMs() - startedMs;
    });
  }

  async startUpload(request: StartUploadRequest): Promise<StartedUpload> {
    const { uploads } = this.#parts;
    await uploads.check(request.digest);
    return this.#alone(() => uploads.start(request));
  }

  cancelUpload(id: string, requestedBy: string): Promise<UploadRecord> {
    return this.#alone(() => this.#parts.uploads.cancel(id, requestedBy));
  }

  async startRun(request: StartRunRequest): Promise<RunRecord> {
    await this.#parts.bases.check(request);
    const cause = { kind: 'request', ref: request.requestedBy } as const;
    return this.#alone(() =>
      this.#parts.store.transaction((within) =>
        this.#parts.runs.start(within, request, { cause, heldOut: null, recentFromRow: null }),
      ),
    );
  }

  cancelRun(id: string, requestedBy: string): Promise<RunRecord> {
    return this.#alone(() => this.#parts.runs.cancel(id, requestedBy));
  }

  resumeRun(id: string, requestedBy: string): Promise<RunRecord> {
    return this.#alone(() => this.#parts.runs.resume(id, requestedBy));
  }

  startQuantization(request: StartQuantizationRequest): Promise<QuantizationRecord> {
    return this.#alone(() => this.#parts.quantizations.start(request));
  }

  cancelQuantization(id: string, requestedBy: string): Promise<QuantizationRecord> {
    return this.#alone(() => this.#parts.quantizations.cancel(id, requestedBy));
  }

  async startRollout({ model, version, plan, requestedBy }: StartRolloutRequest): Promise<RolloutRecord> {
    const parsed = RolloutPlanSchema.safeParse(plan ?? {});
    if (!parsed.success) {
      const faults = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
      throw new RequestError('INVALID_INPUT', `rollout plan: ${faults.join('; ')}`, { details: { faults } });
    }
    const cause = { kind: 'request', ref: requestedBy } as const;
    return this.#alone(async () =>
      this.#told(await this.#parts.rollouts.start({ model, version, plan: parsed.data, cause })),
    );
  }

  pauseRollout(id: string, requestedBy: string): Promise<RolloutRecord> {
    return this.#alone(async () =>
      this.#told(await this.#parts.rollouts.hold(id, 'pause', `paused by ${requestedBy}`)),
    );
  }

  resumeRollout(id: string, requestedBy: string): Promise<RolloutRecord> {
    return this.#alone(async () =>
      this.#told(await this.#parts.rollouts.hold(id, 'resume', `resumed by ${requestedBy}`)),
    );
  }

  abortRollout(id: string, requestedBy: string): Promise<RolloutRecord> {
    return this.#alone(async () =>
      this.#told(await this.#parts.rollouts.takeBack(id, 'abort', `aborted by ${requestedBy}`)),
    );
  }

  rollBack(id: string, requestedBy: string): Promise<RolloutRecord> {
    return this.#alone(async () =>
      this.#told(await this.#parts.rollouts.takeBack(id, 'roll-back', `rolled back by ${requestedBy}`)),
    );
  }

  retrainNow(model: string, reason: string): Promise<RetrainingRecord> {
    return this.#alone(() => this.#parts.loop.retrainNow(model, reason));
  }

  async jobEnded(): Promise<void> {
    this.#nudge();
  }

  async reportReceived(): Promise<void> {
    this.#nudge();
  }

  async telemetryStored(): Promise<void> {
    // The next tick looks; windows come too often to look at each.
  }

  /** Ticks soon, once, however many ask; it rests as long as it worked, for reports of a large fleet never end. */
  #nudge(): void {
    if (!this.#isRunning) return;
    this.#soon ??= setTimeout(() => {
      this.#soon = undefined;
      this.tick().catch((cause) => this.#parts.log.error({ cause: messageOf(cause) }, 'a tick of the pipeline failed'));
    }, this.#tickTookMs);
  }

  async #told({ rollout, deviceIds }: RolloutChange): Promise<RolloutRecord> {
    await this.#publish(deviceIds);
    return rollout;
  }

  async #publish(deviceIds: readonly string[]): Promise<void> {
    for (const deviceId of deviceIds) this.#untold.add(deviceId);
    for (const deviceId of [...this.#untold]) {
      await this.#guard(`publish desired state of ${deviceId}`, async () => {
        await this.#parts.desired.publish(deviceId);
        this.#untold.delete(deviceId);
      });
    }
  }

  /** One thing at a time: two decisions on the same records would undo each other. */
  #alone<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#tail.catch(() => undefined).then(work);
    this.#tail = done;
    return done;
  }

  /** One broken run or rollout must not stop the others; the next tick tries it again. */
  async #guard(what: string, work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (cause) {
      this.#parts.log.error({ cause: messageOf(cause) }, `${what}: tried again with the next tick`);
    }
  }
}
