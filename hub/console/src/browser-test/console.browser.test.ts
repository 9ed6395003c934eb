import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { CHROMIUM_ARGUMENTS, findChromium } from './chromium.ts';
import { liveEvent } from './recorded-fleet.ts';
import { problem, RecordedHub } from './recorded-hub.ts';

const executablePath = findChromium();
const root = fileURLToPath(new URL('../..', import.meta.url));

if (!executablePath) {
  test.skip('the console in a browser: no Chromium found; set CHROMIUM_PATH to run this', () => undefined);
}

describe.skipIf(!executablePath)('the console in a browser', () => {
  let browser: Browser;
  let folder: string;
  let hub: RecordedHub;
  let page: Page;
  let faults: string[];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'edgeloop-console-'));
    await build({ root, logLevel: 'silent', build: { outDir: folder, emptyOutDir: true } });
    browser = await chromium.launch({
      ...(executablePath ? { executablePath } : {}),
      args: [...CHROMIUM_ARGUMENTS],
    });
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  beforeEach(async () => {
    hub = new RecordedHub(folder);
    await hub.start();
    page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    faults = [];
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => {
      if (/content security policy/i.test(message.text())) faults.push(message.text());
    });
  });

  afterEach(async () => {
    await page.close();
    await hub.stop();
    expect(faults).toEqual([]);
  });

  async function open(path: string, token = 'elt_operator') {
    await page.goto(`${hub.url}/console${path}#token=${token}`);
  }

  function seen(text: string | RegExp) {
    return page.getByText(text).first().waitFor();
  }

  test('a token that the hub does not know is refused with its code, a known one opens the overview', async () => {
    await page.goto(`${hub.url}/console/`);
    await page.getByLabel('API token').fill('elt_wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('alert').textContent()).toContain('UNAUTHENTICATED');
    await page.getByLabel('API token').fill('elt_viewer');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    await seen('Live');
  });

  test('a token in the address leaves it at once and no request carries it but in its header', async () => {
    await open('/fleet');
    await page.getByRole('heading', { name: 'Fleet' }).waitFor();
    expect(page.url()).toBe(`${hub.url}/console/fleet`);
    await seen('Live');
    expect(hub.requests.length).toBeGreaterThan(3);
    expect(hub.requests.filter(({ path, referer }) => `${path} ${referer}`.includes('elt_'))).toEqual([]);
    await page.reload();
    await page.getByRole('heading', { name: 'Fleet' }).waitFor();
  });

  const PAGES: readonly (readonly [path: string, heading: string, texts: readonly (string | RegExp)[]])[] = [
    ['/', 'Overview', [/^2 \/ 3$/, /^1 alert$/, 'device.problem', 'wave 2 of 2', '12.5K windows']],
    ['/fleet', 'Fleet', ['pump-2', 'raspberry-pi-zero-2-w', 'SELF_TEST_FAILED', 'downloading', /160 MB/]],
    ['/fleet/pump-3', 'pump-3', [/int8-static of shuttle@2/, 'refused', 'Self-test', 'ONNX Runtime', /pump-3 refused/]],
    ['/models', 'Models', ['shuttle', /v1 on 2 devices/]],
    ['/models/shuttle', 'shuttle', ['champion', 'challenger', /int8-static: 9.41 kB/, 'first version']],
    ['/models/shuttle/2', 'shuttle@2', ['int8-dynamic', 'refused', '72 % smaller than float32', 'accepted']],
    ['/models/text-direction', 'text-direction', ['uploaded by administrator', 'No alias has moved yet']],
    ['/models/text-direction/1', 'text-direction@1', [/^x float32/, /--from text-direction@1/, 'Clip', /^weak evi/]],
    ['/runs', 'Runs', ['run_3', 'DATA_INVALID', '42.0 %']],
    ['/runs/run_3', 'Run run_3', [/epoch 25 of 60/, 'Quantize', 'batchSize', 'Loss by epoch', /^Cancel run$/]],
    ['/runs/run_0', 'Run run_0', [/one class/, /^Go on$/]],
    ['/runs/run_1', 'Run run_1', ['Loss by epoch', 'Accuracy by epoch', 'trainRows']],
    ['/rollouts', 'Rollouts', ['34 % → 100 %', 'a retraining']],
    ['/rollouts/rol_2', 'shuttle@2', [/^Wave 1/, /^Wave 2/, 'installing', 'Healthy for', 'SELF_TEST_FAILED']],
    ['/monitoring', 'Monitoring', ['True accuracy', 'V9', 'challenger wins', /\+15.82 points/, 'slowest p95']],
    ['/nowhere', 'No such page', ['overview']],
  ];

  for (const [path, heading, texts] of PAGES) {
    test(`the page ${path} shows what the hub answers, also on a phone`, async () => {
      await open(path);
      await page.getByRole('heading', { name: heading, level: 1 }).waitFor();
      for (const text of texts) await seen(text);
      await page.setViewportSize({ width: 360, height: 740 });
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(overflow).toBeLessThanOrEqual(0);
    });
  }

  test('tabs of a version work by keyboard and show figures of classes, inputs and the lineage', async () => {
    await open('/models/shuttle/2');
    await page.getByRole('tab', { name: 'Variants' }).focus();
    await page.keyboard.press('ArrowRight');
    await page.getByRole('table', { name: 'Forms tried for full-range' }).waitFor();
    const told = [
      'For raspberry-pi-5, x86-vnni',
      /a drop of at most 0.5 points/,
      '−0.04 points',
      "0.90 × float's time",
    ];
    for (const text of [...told, 'not made: no dense layer is large enough', 'none of 1 smaller forms met the goals'])
      await seen(text);
    await page.getByText('1 node').click();
    await seen(/^slower in integers: dense_3/);
    await page.getByRole('tab', { name: 'Quantization' }).focus();
    await page.keyboard.press('ArrowRight');
    await page.getByRole('table', { name: 'Hardware that refused' }).waitFor();
    for (const text of ['Raspberry Pi Zero 2 W Rev 1.0, arm64', 'asimd', /expected 0.2 within 0.05, got 0.51/])
      await seen(text);
    await page.keyboard.press('ArrowRight');
    await page.getByRole('table', { name: /true class/ }).waitFor();
    await seen('Precision');
    await page.keyboard.press('ArrowRight');
    await seen('window of 64 readings, every 16');
    await page.keyboard.press('ArrowRight');
    await seen('ort-cpu 1.30.0');
  });

  test('an event shows as it happens and what it changed is asked for again', async () => {
    await open('/');
    await seen('Live');
    await expect.poll(() => hub.listeners).toBe(1);
    const before = hub.requests.filter(({ path }) => path === '/api/v1/rollouts').length;
    hub.send('event', liveEvent(77, Date.now(), 'wave 2 of shuttle@2 passed its gate'), 77);
    await seen('wave 2 of shuttle@2 passed its gate');
    await expect
      .poll(() => hub.requests.filter(({ path }) => path === '/api/v1/rollouts').length)
      .toBeGreaterThan(before);
  });

  test('a broken line is shown, and the page comes back by itself', async () => {
    await open('/');
    await expect.poll(() => hub.listeners).toBe(1);
    hub.overrides.set('GET /events/stream', problem(503, 'UNREACHABLE', 'restarting'));
    hub.breakStreams();
    await seen('Reconnecting');
    hub.overrides.clear();
    await expect.poll(() => hub.listeners, { timeout: 10_000 }).toBe(1);
    await page.getByText('Reconnecting').waitFor({ state: 'detached' });
  });

  test('a rollout is rolled back only after a question, and a refusal shows its code', async () => {
    await open('/rollouts/rol_2');
    hub.overrides.set('POST /rollouts/rol_2/roll-back', problem(409, 'CONFLICT', 'it is rolling back already'));
    await page.getByRole('button', { name: 'Roll back' }).click();
    const dialog = page.getByRole('dialog', { name: 'Roll back the rollout of shuttle@2?' });
    const posts = () => hub.requests.filter(({ method }) => method === 'POST').map(({ path }) => path);
    expect(posts()).toEqual([]);
    await dialog.getByRole('button', { name: 'Roll back' }).click();
    await dialog.getByText('CONFLICT').waitFor();
    hub.overrides.clear();
    await dialog.getByRole('button', { name: 'Roll back' }).click();
    await dialog.waitFor({ state: 'hidden' });
    expect(posts()).toEqual(Array(2).fill('/api/v1/rollouts/rol_2/roll-back'));
  });

  test('a viewer is offered nothing that the hub would refuse', async () => {
    await open('/rollouts/rol_2', 'elt_viewer');
    await seen('installing');
    expect(await page.getByRole('button').allTextContents()).toEqual(['Sign out']);
  });

  test('an answer that fails says why and can be asked for again', async () => {
    hub.overrides.set('GET /devices', problem(507, 'STORAGE_FAILED', 'the database is locked'));
    await open('/fleet');
    await seen('the database is locked');
    await seen('STORAGE_FAILED');
    hub.overrides.clear();
    await page.getByRole('button', { name: 'Try again' }).click();
    await seen('gateway-1');
  });

  test('an empty hub says which commands start the loop', async () => {
    for (const [path, body] of [
      ['/devices', { devices: [] }],
      ['/models', { models: [] }],
      ['/events', { events: [] }],
    ] as const) {
      hub.overrides.set(`GET ${path}`, { status: 200, body });
    }
    await open('/');
    await seen(/edgeloop datasets import FILE/);
    await seen(/edgeloop enroll-token/);
    await open('/fleet');
    await seen(/edgeloop-agent enroll --hub http/);
  });

  test('a token that is revoked while somebody watches ends the session', async () => {
    await open('/fleet');
    await seen('gateway-1');
    hub.overrides.set('GET /devices', problem(401, 'UNAUTHENTICATED', 'the API token was revoked'));
    hub.send('event', { ...liveEvent(78, Date.now(), 'gateway-1 left'), kind: 'device.offline' }, 78);
    await page.getByLabel('API token').waitFor();
    await seen('the API token was revoked');
  });
});
