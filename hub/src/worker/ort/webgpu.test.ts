import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';

const run = promisify(execFile);
const CURVE = fileURLToPath(new URL('../../testing/loss-curve-main.ts', import.meta.url));

/** Both sides are float32 and add in different orders; a wrong kernel is off by far more. */
const TOLERANCE = 1e-3;

/** Where packages of Chromium keep a Vulkan driver that runs on the processor, with its loader. */
const DRIVER = 'vk_swiftshader_icd.json';
const FOLDERS = ['/usr/lib/chromium', '/usr/lib/chromium-browser', '/opt/google/chrome'];
const folder = FOLDERS.find((candidate) => existsSync(join(candidate, DRIVER)));

async function curveOn(provider: string, env: NodeJS.ProcessEnv = {}): Promise<number[]> {
  const args = ['--import', 'tsx', '--conditions=@edgeloop/source', CURVE, provider];
  const { stdout } = await run(process.execPath, args, { env: { ...process.env, ...env } });
  return JSON.parse(stdout);
}

describe('the webgpu provider', () => {
  const title = 'trains along the same losses as the processor, here on a graphics driver in software';
  if (folder === undefined) {
    test.skip(`${title} (skipped: no ${DRIVER} in ${FOLDERS.join(', ')})`, () => undefined);
  } else {
    test(title, { timeout: 120_000 }, async () => {
      const library = [folder, process.env['LD_LIBRARY_PATH']].filter(Boolean).join(':');
      const expected = await curveOn('cpu');
      const curve = await curveOn('webgpu', { VK_ICD_FILENAMES: join(folder, DRIVER), LD_LIBRARY_PATH: library });
      expect(curve).toHaveLength(8);
      for (const [index, loss] of curve.entries()) {
        expect(Math.abs(loss - (expected[index] ?? Number.NaN))).toBeLessThan(TOLERANCE);
      }
      expect(curve.at(-2)).toBeLessThan(curve[0] ?? 0);
    });
  }
});

describe('a provider that is not here', () => {
  test('is named with what it needs', async () => {
    // No machine has a card of this kind and a driver by this name.
    const absent = curveOn('webgpu', { VK_ICD_FILENAMES: '/nowhere.json', VK_DRIVER_FILES: '/nowhere.json' });
    await expect(absent).rejects.toThrow(
      /provider webgpu is not available here: it needs a graphics card .* --provider cpu/,
    );
  });
});
