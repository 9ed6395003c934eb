import { type BlobRef, digestHex, type TrustedKey } from '@edgeloop/protocol';
import { type AgentErrorCode, describeError, OutsideError } from '../errors.ts';
import { faultPoint } from '../fault-point.ts';
import type { GoldenResult } from '../inference/golden-test.ts';
import type { RunnableModel } from '../runner/runner-messages.ts';
import { type DownloadParts, type DownloadProgress, downloadBlob } from './blob-download.ts';
import { type CheckedRelease, readRelease, releaseRefOf, variantBlobs } from './read-release.ts';
import type { Installed, Refusal, SlotEvent, SlotRecord, Target } from './slot-record.ts';
import type { VariantChooser } from './variant-chooser.ts';
import type { VariantTest } from './variant-test.ts';

/** What the steps of an update work with. */
export interface UpdateStepsParts extends DownloadParts {
  readonly keys: readonly TrustedKey[];
  readonly chooser: VariantChooser;
  readonly threads: number;
  /** Tests a model in a process of its own. */
  selfTest(runnable: RunnableModel, golden: Uint8Array, signal: AbortSignal): Promise<GoldenResult>;
  onProgress(progress: DownloadProgress): void;
}

type WithTarget = SlotRecord & { readonly target: Target };
type Tested = Pick<Installed, 'model' | 'version' | 'releaseRef' | 'releaseDigest' | 'variant'>;

// Only another release can help against these; against anything else asking again may.
const FINAL_CODES: ReadonlySet<AgentErrorCode | string> = new Set([
  'SIGNATURE_INVALID',
  'UNKNOWN_KEY',
  'WRONG_PAYLOAD_TYPE',
  'UNSUPPORTED_PROTOCOL_VERSION',
  'MALFORMED_MESSAGE',
  'UNKNOWN_RELEASE',
  'MODEL_TOO_LARGE',
  'PROFILE_UNFIT',
  'NO_VARIANT',
  'MODEL_SIGNATURE_MISMATCH',
  'SELF_TEST_FAILED',
]);

// A disk that damages a blob this often will not get better by trying again.
const MOST_DAMAGED = 3;

const DAMAGE_CODES: ReadonlySet<string> = new Set(['DIGEST_MISMATCH', 'DOWNLOAD_FAILED']);
const MOST_CRASHES = 3;
/** Starts of the whole agent within the test of one variant after which it counts as failed. */
const MOST_TEST_STARTS = 5;
const TOOK_THE_AGENT_DOWN = {
  problem: { code: 'RUNNER_CRASHED', message: `the agent ended in ${MOST_TEST_STARTS + 1} tests of the variant` },
};

/**
 * What is done in each working state of an update. Each step can be done twice, ends with the event it led to, and
 * leaves the record to the updater.
 */
export class UpdateSteps {
  readonly #parts: UpdateStepsParts;

  constructor(parts: UpdateStepsParts) {
    this.#parts = parts;
  }

  /** Fetches the release, and once it was read, the chosen variant. Undefined when aborted. */
  async download(record: WithTarget, signal: AbortSignal): Promise<SlotEvent | undefined> {
    try {
      for (const ref of await this.#wantedBlobs(record)) {
        if (!(await downloadBlob(ref, this.#parts, signal, (progress) => this.#parts.onProgress(progress))))
          return undefined;
      }
      return { event: 'blobs-arrived' };
    } catch (error) {
      return { event: 'download-failed', problem: this.#refusal(error, 'DOWNLOAD_FAILED') };
    }
  }

  /** Verifies what arrived from the bytes on disk; then reads the release and chooses a variant, or goes on to the test. */
  async verify(record: WithTarget): Promise<SlotEvent> {
    try {
      for (const ref of await this.#wantedBlobs(record)) await this.#parts.folder.install(ref);
      if (record.variant !== undefined) return { event: 'model-verified' };
      const { release } = await this.release(record.target);
      faultPoint('verify.release-read', record.target.version);
      return { event: 'variant-chosen', variant: this.#parts.chooser.choose(release, record.tried) };
    } catch (error) {
      const problem = this.#refusal(error, 'INTERNAL');
      if (problem.code !== 'DIGEST_MISMATCH') return { event: 'release-refused', problem };
      if (record.damaged >= MOST_DAMAGED) return { event: 'download-failed', problem };
      return { event: 'blob-damaged' };
    }
  }

  /** Tests the variant under work; when it fails, the next one is tried, if there is one. */
  async selfTest(record: WithTarget, signal: AbortSignal): Promise<SlotEvent> {
    const installed = { ...record.target, variant: record.variant ?? '' };
    const isDeadly = (record.testStarts ?? 0) > MOST_TEST_STARTS;
    const test = isDeadly ? this.#testOf(installed, TOOK_THE_AGENT_DOWN) : await this.test(installed, signal);
    if (test.problem === undefined) return { event: 'self-test-passed', test };
    const isDamaged = DAMAGE_CODES.has(test.problem.code) && record.damaged < MOST_DAMAGED;
    return isDamaged ? this.#fetchAgain(record) : this.#afterFailedTest(record, test);
  }

  /** What the disk did to the files says nothing about the variant. */
  async #fetchAgain(record: WithTarget): Promise<SlotEvent> {
    for (const ref of await this.#wantedBlobs(record)) await this.#parts.folder.discard(digestHex(ref));
    return { event: 'blob-damaged' };
  }

  /**
   * Computes the golden vectors of a variant that lies on disk, in a process of its own. Throws nothing: whatever goes
   * wrong is in the result.
   */
  async test(installed: Tested, signal: AbortSignal): Promise<VariantTest> {
    faultPoint('self-test.before', installed.version);
    const test = this.#testOf(installed, await this.#compute(installed, signal));
    faultPoint('self-test.after', installed.version);
    const { model, version, variant, problem } = test;
    if (problem !== undefined && !signal.aborted) {
      this.#parts.log.warn('self-test failed', { model, version, variant, ...problem });
    }
    return test;
  }

  async #compute(installed: Tested, signal: AbortSignal): Promise<Pick<VariantTest, 'selfTest' | 'problem'>> {
    try {
      const { release, signature } = await this.release(installed);
      const { model, golden } = variantBlobs(release, installed.variant);
      const digest = digestHex(model);
      const runnable = { path: this.#parts.folder.path(digest), digest, signature, threads: this.#parts.threads };
      const vectors = await this.#parts.folder.read(golden);
      const { fault, ...selfTest } = await this.#testPatiently(runnable, vectors, signal);
      return fault === undefined ? { selfTest } : { selfTest, problem: { code: 'SELF_TEST_FAILED', message: fault } };
    } catch (error) {
      return { problem: describeError(error, 'SELF_TEST_FAILED') };
    }
  }

  /** A test process can be killed for reasons that are not the model's, so it gets more than one try. */
  async #testPatiently(runnable: RunnableModel, golden: Uint8Array, signal: AbortSignal): Promise<GoldenResult> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.#parts.selfTest(runnable, golden, signal);
      } catch (error) {
        const isCrash = error instanceof OutsideError && error.code === 'RUNNER_CRASHED';
        if (!isCrash || tries >= MOST_CRASHES || signal.aborted) throw error;
      }
    }
  }

  #testOf({ model, version, releaseDigest, variant }: Tested, found: Partial<VariantTest>): VariantTest {
    return { model, version, releaseDigest, variant, ...found, atMs: this.#parts.time.nowMs() };
  }

  /** The verified release of a target or an installed model, from its bytes on disk. */
  async release(target: Pick<Target, 'model' | 'version' | 'releaseRef'>): Promise<CheckedRelease> {
    return readRelease(await this.#parts.folder.read(releaseRefOf(target)), target, this.#parts.keys);
  }

  /** The record of the variant under work as a model that serves. */
  async installed(record: WithTarget, sinceMs: number): Promise<Installed> {
    const { release } = await this.release(record.target);
    const variant = record.variant ?? '';
    const { model, golden } = variantBlobs(release, variant);
    return {
      ...record.target,
      variant,
      modelDigest: digestHex(model),
      goldenDigest: digestHex(golden),
      sinceMs,
    };
  }

  async #wantedBlobs(record: WithTarget): Promise<readonly BlobRef[]> {
    if (record.variant === undefined) return [releaseRefOf(record.target)];
    const { release } = await this.release(record.target);
    const { model, golden } = variantBlobs(release, record.variant);
    return [model, golden];
  }

  async #afterFailedTest(record: WithTarget, test: VariantTest): Promise<SlotEvent> {
    const reason = `${test.variant}: ${test.problem?.message}`;
    try {
      const { release } = await this.release(record.target);
      this.#parts.chooser.choose(release, [...record.tried, test.variant]);
      return { event: 'self-test-next', test };
    } catch {
      // No other variant is left; why this last one failed is what counts.
      const problem = this.#refusal(new OutsideError('SELF_TEST_FAILED', reason), 'SELF_TEST_FAILED');
      return { event: 'self-test-failed', test, problem };
    }
  }

  #refusal(error: unknown, fallback: AgentErrorCode): Refusal {
    const { code, message } = describeError(error, fallback);
    return { code, message, atMs: this.#parts.time.nowMs(), isFinal: FINAL_CODES.has(code) };
  }
}
