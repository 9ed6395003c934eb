import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const MAIN = fileURLToPath(new URL('../testing/training-memory-main.ts', import.meta.url));
const MEBIBYTE = 2 ** 20;

const title = 'training takes at most twice its state and activations, and 150 MB';
if (process.platform === 'linux') {
  for (const units of [256, 1_024]) {
    test(`${title}, with ${units} units in two layers`, async () => {
      const args = ['--import', 'tsx', '--conditions=@edgeloop/source', MAIN, String(units)];
      const { stdout } = await promisify(execFile)(process.execPath, args);
      const { stateBytes, activationBytes, tookBytes } = JSON.parse(stdout);
      expect(tookBytes).toBeLessThan(2 * (stateBytes + activationBytes) + 150 * MEBIBYTE);
    });
  }
} else {
  test.skip(`${title} (skipped: peaks are read from /proc, which ${process.platform} has not)`, () => undefined);
}
