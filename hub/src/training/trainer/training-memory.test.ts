import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';

const MAIN = fileURLToPath(new URL('../../testing/training-memory-main.ts', import.meta.url));
const MEBIBYTE = 2 ** 20;
const TIMEOUT_MS = 120_000;

/** Training from the beginning, and once more from its last checkpoint; weights take 67 MB with 4,096 units. */
const CASES = [
  { kind: 'dense', units: 256, optimizer: 'adam', rows: 2_000 },
  { kind: 'dense', units: 1_024, optimizer: 'adam', rows: 2_000 },
  { kind: 'dense', units: 4_096, optimizer: 'adam', rows: 128 },
  { kind: 'dense', units: 4_096, optimizer: 'momentum', rows: 128 },
  { kind: 'dense', units: 4_096, optimizer: 'plain', rows: 128 },
  { kind: 'dense', units: 6_144, optimizer: 'plain', rows: 128, isClipped: true },
  { kind: 'table', units: 100_000, optimizer: 'plain', rows: 128, isClipped: true },
  { kind: 'convolutions', units: 512, optimizer: 'plain', rows: 16, batchSize: 4 },
  { kind: 'convolutions', units: 768, optimizer: 'momentum', rows: 16, batchSize: 4 },
  { kind: 'convolutions', units: 768, optimizer: 'plain', rows: 32 },
  { kind: 'lstm', units: 2_048, optimizer: 'plain', rows: 32 },
  { kind: 'lstm-both-ways', units: 2_048, optimizer: 'plain', rows: 32 },
  { kind: 'gru-reset-first', units: 2_048, optimizer: 'plain', rows: 32, isClipped: true },
] as const;

async function expectBound(measured: Readonly<Record<string, unknown>>): Promise<void> {
  const args = ['--import', 'tsx', '--conditions=@edgeloop/source', MAIN, JSON.stringify(measured)];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  const { stateBytes, activationBytes, tookBytes } = JSON.parse(stdout);
  expect(tookBytes).toBeLessThan(2 * (stateBytes + activationBytes) + 150 * MEBIBYTE);
}

const title = 'training takes at most twice its state and activations, and 150 MB';
if (process.platform === 'linux') {
  for (const measured of CASES) {
    test(`${title}, with ${JSON.stringify(measured)}`, { timeout: TIMEOUT_MS }, async () => {
      const folder = await mkdtemp(join(tmpdir(), 'training-memory-'));
      onTestFinished(() => rm(folder, { recursive: true }));
      const checkpoint = join(folder, 'checkpoint');
      await expectBound({ ...measured, checkpoint });
      await expectBound({ ...measured, checkpoint });
    });
  }
} else {
  test.skip(`${title} (skipped: peaks are read from /proc, which ${process.platform} has not)`, () => undefined);
}
