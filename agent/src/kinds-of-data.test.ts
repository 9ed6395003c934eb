import { spawnSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mergeViolations } from '@edgeloop/protocol';
import sharp from 'sharp';
import { describe, expect, it, onTestFinished } from 'vitest';
import { AgentProcess, FROM_SOURCE, startTestHub, temporaryFolder, waitFor } from './test-rig/agent-process.ts';
import { mixedGolden, mixedModel, mixedReference, mixedSignature } from './test-rig/mixed-model.ts';
import { counted, runs } from './test-rig/replay-agent.ts';
import type { TestHub } from './test-rig/test-hub.ts';
import { leftOrRight, makeTestRelease, type TestRelease } from './test-rig/test-release.ts';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));

async function mixedRelease(hub: TestHub): Promise<TestRelease> {
  const release = await makeTestRelease({
    ...{ version: 1, key: hub.key },
    variants: [{ name: 'float32', model: leftOrRight(), modelBytes: mixedModel(), golden: mixedGolden() }],
    overrides: { signature: mixedSignature(), reference: mixedReference() },
  });
  hub.offer(release);
  return release;
}

/** 40 readings of two pumps, 5 images, 6 lines. */
async function writeInputs(folder: string): Promise<void> {
  const rows = Array.from({ length: 40 }, (_, index) => `${index % 13},1,${index % 2 === 0 ? 'a' : 'b'}`);
  await writeFile(join(folder, 'stream.csv'), ['x,y,pump', ...rows, ''].join('\n'));
  await mkdir(join(folder, 'images'));
  for (let image = 0; image < 5; image++) {
    const pixels = sharp({ create: { width: 2 + image, height: 3, channels: 3, background: '#808080' } });
    await writeFile(join(folder, 'images', `${image}.png`), await pixels.png().toBuffer());
  }
  await writeFile(join(folder, 'lines.txt'), ['hello', 'größe 📏', '?', 'a', 'b', 'c', ''].join('\n'));
}

// Windows of 4 every 2 readings: 20 readings of a pump give 9.
const READINGS = 2 * 9 + 5 + 6;

describe('a model that sees tables, times, texts, images and windows', () => {
  it('is tested, served from every kind of source, killed, counts each reading once, and says what was odd', async () => {
    const hub = await startTestHub(onTestFinished);
    const folder = await temporaryFolder(onTestFinished);
    await writeInputs(folder);
    const sources = [
      { kind: 'csv-replay', path: join(folder, 'stream.csv'), rowsPerSecond: 20, window: { groupField: 'pump' } },
      { kind: 'image-folder', path: join(folder, 'images'), pollMs: 50 },
      { kind: 'text-lines', path: join(folder, 'lines.txt'), follow: true },
    ] as const;
    const sinks = [{ kind: 'jsonl', path: join(folder, 'predictions.jsonl'), fields: true }] as const;
    const slots = { default: { sources: [...sources], sinks: [...sinks] } };
    const config = { profile: 'simulated', telemetry: { windowMs: 200 }, trial: { seconds: 1 }, slots };
    const agent = await AgentProcess.prepare(hub, config, onTestFinished);
    await hub.desire(agent.deviceId, await mixedRelease(hub));
    agent.start();
    await waitFor(() => runs(hub, 1)?.selfTest?.passed);
    await waitFor(() => counted(hub) > 11 + 2);
    await agent.kill();
    agent.start();
    await waitFor(() => counted(hub) >= READINGS);
    const status = spawnSync(process.execPath, [...FROM_SOURCE, MAIN, 'status', '--data', agent.data], {
      encoding: 'utf8',
    });
    expect(await agent.stop()).toBe('0');
    expect(counted(hub)).toBe(READINGS);
    // Readings above 10 are in windows of both pumps.
    const violations = mergeViolations(hub.windows().flatMap((window) => window.violations));
    expect(violations).toEqual([{ feature: 'x', kind: 'range', count: expect.any(Number) }]);
    expect(status.stdout).toContain('unexpected values: x range');
    const lines = (await readFile(join(folder, 'predictions.jsonl'), 'utf8')).trimEnd().split('\n');
    const fields = lines.map((line) => (JSON.parse(line) as { fields: Record<string, unknown> }).fields);
    expect(fields).toContainEqual(expect.objectContaining({ note: 'größe 📏', x: null }));
    expect(fields).toContainEqual(expect.objectContaining({ note: null, x: 12, y: 1 }));
  }, 90_000);
});
