import { describeError, type OutsideError } from '../errors.ts';
import { faultPoint } from '../fault-point.ts';
import { type Cancel, pause } from '../time.ts';
import { Turns } from '../turns.ts';
import { afterFailure } from './crash-policy.ts';
import {
  afterRetest,
  applyEvent,
  countStart,
  emptyRecord,
  type Installed,
  type Refusal,
  type SlotEvent,
  type SlotRecord,
  type Target,
} from './slot-record.ts';
import { about, isSameTarget, type SlotUpdaterParts } from './slot-updater-parts.ts';
import { WORKING_STATES } from './transition-table.ts';

const RETRY_MS = 5_000;

/**
 * Brings one slot from what it runs to what is wanted: writes down each state of the transition table, does its work,
 * and takes a model back that fails.
 */
export class SlotUpdater {
  readonly #parts: SlotUpdaterParts;
  #record: SlotRecord;
  #desired: Target | undefined;
  #hasDesired = false;
  #abort = new AbortController();
  #driving: Promise<void> | undefined;
  #isStopped = false;
  #failuresMs: number[] = [];
  #cancelTrial: Cancel | undefined;
  #cancelRestart: Cancel | undefined;
  #isDamaged = false;
  /** Whoever starts, replaces or stops the runner waits for whoever did so before. */
  readonly #turns = new Turns();

  constructor(parts: SlotUpdaterParts) {
    this.#parts = parts;
    this.#record = parts.store.load(parts.slot) ?? emptyRecord(parts.slot);
  }

  /** The record as it is on disk. */
  get record(): SlotRecord {
    return this.#record;
  }

  /** Serves what served before, and takes up whatever was interrupted. */
  async start(): Promise<void> {
    const counted = countStart(this.#record);
    if (counted !== this.#record) this.#save(counted);
    if (counted.trial !== undefined && counted.trial.starts > this.#parts.policy.trialStarts) {
      this.#apply({
        event: 'runner-failed',
        problem: this.#refusal('RUNNER_CRASHED', 'the agent ended in every start of the trial'),
      });
    }
    if (this.#record.current !== undefined) await this.#turns.take(() => this.#serve());
    if (WORKING_STATES.has(this.#record.state)) this.#drive();
    // An earlier start may have been cut off while it was cleaning up.
    else this.#background(this.#parts.onRest());
  }

  /** What desired state asks for in this slot; undefined when it does not name the slot. */
  want(target: Target | undefined): void {
    this.#desired = target;
    this.#hasDesired = true;
    this.#examine(true);
  }

  /** The serving runner has failed. */
  onRunnerFailure(error: OutsideError): void {
    if (this.#isStopped || this.#record.current === undefined) return;
    const { code, message } = describeError(error, 'RUNNER_CRASHED');
    this.#parts.log.warn('runner failed', { slot: this.#parts.slot, code, reason: message });
    this.#parts.onRunnerProblem({ code, message });
    const nowMs = this.#parts.time.monotonicMs();
    this.#failuresMs = [...this.#failuresMs.slice(-20), nowMs];
    const { trial, previous } = this.#record;
    const counted = trial === undefined ? undefined : { ...trial, failures: trial.failures + 1 };
    if (counted !== undefined) this.#save({ ...this.#record, trial: counted });
    const verdict = afterFailure(this.#parts.policy, counted, this.#failuresMs, nowMs, previous !== undefined);
    if (verdict === 'take-back') this.#apply({ event: 'runner-failed', problem: this.#refusal(code, message) });
    else this.#planRestart();
  }

  /** Tests the served model again, beside it, and reports the outcome. */
  async selfTestAgain(signal: AbortSignal): Promise<void> {
    const { current } = this.#record;
    if (current === undefined) return;
    const test = await this.#parts.steps.test(current, signal);
    const isServed = this.#record.current?.modelDigest === current.modelDigest;
    if (isServed && !signal.aborted) this.#save(afterRetest(this.#record, test));
  }

  /** Stops working; the record says where to go on. The keeper is its owner's to stop. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancelTrial?.();
    this.#cancelRestart?.();
    this.#abort.abort();
    await this.#driving;
  }

  /** Compares what is wanted with what is. @param isAsked whether something that was refused may be tried again */
  #examine(isAsked: boolean): void {
    const { state, target, current, problem } = this.#record;
    if (!this.#hasDesired || state === 'switching' || state === 'rolling-back') return;
    const desired = this.#desired;
    if (desired === undefined) {
      if (target !== undefined || current !== undefined) this.#apply({ event: 'withdrawn' });
    } else if (desired.releaseDigest === current?.releaseDigest && !this.#isDamaged) {
      if (state !== 'running') this.#apply({ event: 'content', target: desired });
    } else if (!isSameTarget(desired, target) || state === 'idle' || state === 'running') {
      this.#apply({ event: 'wanted', target: desired });
    } else if (state === 'refused' && isAsked && problem?.isFinal !== true) {
      this.#apply({ event: 'wanted', target: desired });
    }
  }

  /** Writes an event down and goes on from there. Work on an earlier state is called off. */
  #apply(happened: SlotEvent): void {
    const next = applyEvent(this.#record, happened);
    if (next === undefined) return;
    const { state: from } = this.#record;
    this.#save(next);
    faultPoint('update.after-transition', happened.event);
    this.#parts.log.info('update', {
      slot: this.#parts.slot,
      from,
      event: happened.event,
      to: next.state,
      ...about(next),
    });
    this.#abort.abort();
    if (happened.event === 'switched') this.#beginTrial();
    if (happened.event === 'withdrawn') this.#background(this.#turns.take(() => this.#parts.keeper.stop()));
    this.#drive();
    if (!WORKING_STATES.has(next.state)) this.#rest();
  }

  #rest(): void {
    this.#background(this.#parts.onRest());
    this.#examine(false);
  }

  #drive(): void {
    if (this.#driving !== undefined || this.#isStopped || !WORKING_STATES.has(this.#record.state)) return;
    this.#driving = this.#work()
      .catch((error: unknown) => {
        // Nothing was written, so the state stands; the disk may be full for a while.
        this.#parts.log.error('update', { slot: this.#parts.slot, ...describeError(error) });
        this.#abort = new AbortController();
        return pause(this.#parts.time, RETRY_MS, this.#abort.signal);
      })
      .finally(() => {
        this.#driving = undefined;
        // An event may have come in just when the work ended.
        this.#drive();
      });
  }

  async #work(): Promise<void> {
    while (!this.#isStopped && WORKING_STATES.has(this.#record.state)) {
      this.#abort = new AbortController();
      const { signal } = this.#abort;
      const happened = await this.#step(signal);
      if (happened !== undefined && !signal.aborted) this.#apply(happened);
      if (happened?.event === 'restored') faultPoint('rollback.after-persist');
    }
  }

  #step(signal: AbortSignal): Promise<SlotEvent | undefined> {
    const record = this.#record;
    if (record.state === 'rolling-back') return this.#rollBack(record);
    const { target } = record;
    if (target === undefined) return Promise.resolve({ event: 'withdrawn' });
    const wanted = { ...record, target };
    if (record.state === 'downloading') return this.#parts.steps.download(wanted, signal);
    if (record.state === 'verifying') return this.#parts.steps.verify(wanted);
    if (record.state === 'self-testing') return this.#parts.steps.selfTest(wanted, signal);
    return this.#switch(wanted);
  }

  async #switch(record: SlotRecord & { readonly target: Target }): Promise<SlotEvent | undefined> {
    let failedDigest = '';
    for (let failures = 1; ; failures++) {
      try {
        const installed = await this.#parts.steps.installed(record, this.#parts.time.nowMs());
        failedDigest = installed.modelDigest;
        await this.#replace(installed);
        return undefined;
      } catch (error) {
        const { code, message } = describeError(error, 'LOAD_FAILED');
        if (this.#record.state !== 'switching' || this.#isStopped) return undefined;
        if (failures >= this.#parts.policy.trialFailures) {
          return { event: 'switch-failed', problem: this.#refusal(code, message), failedDigest };
        }
        // A process can be killed for reasons that are not the model's.
        this.#parts.log.warn('switch failed', { slot: this.#parts.slot, failures, code, reason: message });
        await this.#turns.take(() => this.#serve());
      }
    }
  }

  async #replace(installed: Installed): Promise<void> {
    this.#cancelRestart?.();
    const spec = await this.#parts.specOf(installed);
    await this.#turns.take(() =>
      this.#parts.keeper.replace(spec, () => {
        faultPoint('switch.before-persist', installed.version);
        this.#apply({ event: 'switched', installed });
        faultPoint('switch.after-persist', installed.version);
      }),
    );
    faultPoint('switch.after', installed.version);
    this.#isDamaged = false;
  }

  /** Locks the failed model away and serves the one before it. */
  async #rollBack(record: SlotRecord): Promise<SlotEvent> {
    faultPoint('rollback.before-quarantine');
    const { failedDigest, problem, current } = record;
    if (failedDigest !== undefined && failedDigest !== '' && failedDigest !== current?.modelDigest) {
      this.#parts.quarantine.add(failedDigest, `${problem?.code}: ${problem?.message}`, this.#parts.time.nowMs());
    }
    faultPoint('rollback.after-quarantine');
    this.#cancelTrial?.();
    this.#failuresMs = [];
    if (current === undefined) {
      await this.#turns.take(() => this.#parts.keeper.stop());
      return { event: 'nothing-to-restore' };
    }
    await this.#turns.take(() => this.#serve());
    faultPoint('rollback.before-persist');
    return { event: 'restored' };
  }

  async #serve(): Promise<void> {
    const { current } = this.#record;
    if (current === undefined || this.#isStopped) return;
    try {
      await this.#parts.keeper.serve(await this.#parts.specOf(current));
      this.#parts.onChange();
      if (this.#record.trial !== undefined) this.#beginTrial();
    } catch (error) {
      await this.#onServeFailed(current, error);
    }
  }

  async #onServeFailed(current: Installed, error: unknown): Promise<void> {
    const { code } = describeError(error, 'LOAD_FAILED');
    if (code === 'DIGEST_MISMATCH' || code === 'DOWNLOAD_FAILED') {
      // The file was damaged after it had been verified: it is fetched again, like a new one.
      for (const digest of [current.modelDigest, current.releaseDigest]) await this.#parts.discard(digest);
      this.#isDamaged = true;
      this.#examine(true);
    }
    this.onRunnerFailure(error as OutsideError);
  }

  #planRestart(): void {
    this.#cancelRestart?.();
    this.#cancelRestart = this.#parts.time.after(this.#parts.restarts.next(), () => {
      if (this.#record.state !== 'switching') this.#background(this.#turns.take(() => this.#serve()));
    });
  }

  #beginTrial(): void {
    this.#cancelTrial?.();
    this.#parts.restarts.reset();
    this.#cancelTrial = this.#parts.time.after(this.#parts.policy.trialMs, () => {
      if (this.#parts.keeper.servedDigest !== this.#record.current?.modelDigest) return;
      faultPoint('trial.before-commit', this.#record.current?.version);
      if (this.#record.state === 'running') this.#apply({ event: 'trial-passed' });
      else this.#save({ ...this.#record, trial: undefined });
      this.#parts.onRunnerProblem(undefined);
      faultPoint('trial.after-commit', this.#record.current?.version);
    });
  }

  #save(record: SlotRecord): void {
    this.#parts.store.save(record);
    this.#record = record;
    this.#parts.onChange();
  }

  #background(work: Promise<void>): void {
    work.catch((error: unknown) => {
      this.#parts.log.error('slot', { slot: this.#parts.slot, ...describeError(error) });
    });
  }

  #refusal(code: string, message: string): Refusal {
    return { code, message, atMs: this.#parts.time.nowMs(), isFinal: true };
  }
}
