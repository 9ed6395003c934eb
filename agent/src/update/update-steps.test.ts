import { rm, writeFile } from 'node:fs/promises';
import { profileNamed } from '@edgeloop/firmware-profiles';
import { BlobRef, digestHex } from '@edgeloop/protocol';
import { describe, expect, it, onTestFinished } from 'vitest';
import { OutsideError } from '../errors.ts';
import type { GoldenResult } from '../inference/golden-test.ts';
import { silentLog } from '../log.ts';
import { temporaryFolder } from '../test-rig/agent-process.ts';
import { ManualTime } from '../test-rig/manual-time.ts';
import { leftOrRight, makeTestKey, makeTestRelease } from '../test-rig/test-release.ts';
import { BlobFolder } from './blob-folder.ts';
import { emptyRecord, type SlotRecord, type Target } from './slot-record.ts';
import { UpdateSteps } from './update-steps.ts';
import { VariantChooser } from './variant-chooser.ts';

const PASSED: GoldenResult = {
  ...{ passed: true, rows: 4, largestDeviation: 0, tolerance: 1e-5 },
  ...{ p50Ms: 1, p95Ms: 2, rssBytes: 3 },
};
const crash = new OutsideError('RUNNER_CRASHED', 'the runner ended with SIGKILL');
const late = new OutsideError('SELF_TEST_FAILED', 'expected the runner to answer in 120000 ms');

/** A slot that tests int8-static, with float32 behind it, on a device whose tests end as told, one after the other. */
async function testing(...ends: (GoldenResult | OutsideError)[]) {
  const key = makeTestKey();
  const names = ['int8-static', 'float32'];
  const variants = names.map((name, index) => ({ name, model: leftOrRight(2 + index) }));
  const release = await makeTestRelease({ version: 1, key, variants });
  const folder = new BlobFolder(await temporaryFolder(onTestFinished));
  await folder.open();
  for (const [digest, { bytes }] of release.blobs) await writeFile(folder.path(digest), bytes);
  const steps = new UpdateSteps({
    ...{ folder, time: new ManualTime(), log: silentLog, threads: 1, random: () => 0.5 },
    keys: [{ publicKey: key.publicKeyPem }],
    chooser: new VariantChooser(profileNamed('simulated'), { reason: () => undefined }),
    link: { want: () => undefined, listen: () => () => undefined },
    onProgress: () => undefined,
    selfTest: async () => {
      const end = ends.length > 1 ? ends.shift() : ends[0];
      if (end instanceof OutsideError) throw end;
      return end ?? PASSED;
    },
  });
  const target: Target = {
    ...{ model: 'tiny', version: 1, releaseDigest: digestHex(release.ref) },
    releaseRef: Buffer.from(BlobRef.encode(release.ref)).toString('base64'),
  };
  const record = { ...emptyRecord('default'), state: 'self-testing', target, variant: 'int8-static' } as const;
  const run = (change: Partial<SlotRecord> = {}) =>
    steps.selfTest({ ...record, ...change, target }, new AbortController().signal);
  return { folder, release, run };
}

describe('the test of a variant', () => {
  it('passes after a crash that was not its own', async () => {
    const { run } = await testing(crash, PASSED);
    expect(await run()).toEqual({
      event: 'self-test-passed',
      test: expect.objectContaining({ variant: 'int8-static', selfTest: PASSED }),
    });
  });

  it('has failed after three crashes, and the next variant is tried', async () => {
    const { run } = await testing(crash, crash, crash, PASSED);
    const { event, test } = (await run()) as { event: string; test: unknown };
    expect(event).toBe('self-test-next');
    expect(test).toMatchObject({ variant: 'int8-static', problem: { code: 'RUNNER_CRASHED' } });
    expect(test).not.toHaveProperty('selfTest');
  });

  it('keeps what took too long, and what was out of tolerance with its figures', async () => {
    expect(await (await testing(late)).run()).toMatchObject({
      test: { problem: { code: 'SELF_TEST_FAILED', message: expect.stringContaining('120000 ms') } },
    });
    const off = { ...PASSED, passed: false, largestDeviation: 0.3, fault: 'output p: expected 1, got 0.7' };
    expect(await (await testing(off)).run()).toMatchObject({
      event: 'self-test-next',
      test: { selfTest: { largestDeviation: 0.3 }, problem: { message: 'output p: expected 1, got 0.7' } },
    });
  });

  it('refuses the release when it was the last one, with its reason', async () => {
    const { run } = await testing(late);
    expect(await run({ variant: 'float32', tried: ['int8-static'] })).toMatchObject({
      event: 'self-test-failed',
      problem: {
        code: 'SELF_TEST_FAILED',
        message: expect.stringMatching(/^float32: expected the runner/),
        isFinal: true,
      },
    });
  });

  it('is not begun again when the agent ended in it too often', async () => {
    const { run } = await testing(PASSED);
    expect(await run({ testStarts: 5 })).toMatchObject({ event: 'self-test-passed' });
    expect(await run({ testStarts: 6 })).toMatchObject({
      event: 'self-test-next',
      test: { problem: { code: 'RUNNER_CRASHED', message: expect.stringContaining('the agent ended in 6 tests') } },
    });
  });

  it('is no verdict on files that the disk has damaged: they are fetched again, a few times', async () => {
    const damaged = new OutsideError('DIGEST_MISMATCH', 'expected model ab, got cd');
    const { run, folder, release } = await testing(damaged);
    const [model = ''] = release.modelDigests;
    expect(await run()).toEqual({ event: 'blob-damaged' });
    await expect(rm(folder.path(model))).rejects.toMatchObject({ code: 'ENOENT' });
    const again = await testing(damaged);
    expect(await again.run({ damaged: 3 })).toMatchObject({
      event: 'self-test-next',
      test: { problem: { code: 'DIGEST_MISMATCH' } },
    });
  });
});
