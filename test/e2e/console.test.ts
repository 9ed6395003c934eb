import { type Browser, chromium, type Page } from 'playwright-core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { CHROMIUM_ARGUMENTS, chromiumPath } from '../rig/chromium.ts';
import { startSmallLoop } from './small-loop.ts';

const executablePath = chromiumPath();
const skipped = executablePath === undefined ? ' (skipped: no Chromium found; set CHROMIUM_PATH)' : '';

async function openPage(): Promise<Page> {
  const browser: Browser = await chromium.launch({ executablePath: executablePath ?? '', args: CHROMIUM_ARGUMENTS });
  onTestFinished(() => browser.close());
  const page = await browser.newPage();
  page.setDefaultTimeout(20_000);
  return page;
}

describe.skipIf(executablePath === undefined)(`the console of a real hub${skipped}`, () => {
  it('shows device, version and rollout, follows them live, and asks nobody else', async () => {
    const loop = await startSmallLoop();
    await loop.importData();
    const version = await loop.trainVersion();
    const agent = await loop.addAgent('watched-1');
    agent.start();

    const page = await openPage();
    const faults: string[] = [];
    const strangers: string[] = [];
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') faults.push(message.text());
    });
    page.on('request', (request) => {
      if (!request.url().startsWith(loop.hub.address.httpUrl)) strangers.push(request.url());
    });
    await page.goto(`${loop.hub.address.httpUrl}/console/#token=${loop.hub.adminToken}`);
    await page.getByRole('link', { name: 'Fleet' }).click();
    await page.getByText('watched-1').first().waitFor();
    expect(page.url()).not.toContain('elt_');

    await page.getByRole('link', { name: 'Rollouts' }).click();
    const { id } = await loop.startRollout(version);
    // Nobody reloads: the page hears of the rollout by itself.
    await page.getByText(`shuttle@${version}`).first().waitFor();
    await loop.rolloutIn(id, ['done']);
    await page
      .getByText(/^done$/i)
      .first()
      .waitFor();

    await page.getByRole('link', { name: 'Models' }).click();
    await page.getByText('shuttle').first().click();
    await page.getByText('champion').first().waitFor();
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Monitoring' }).click();
    await page
      .getByText(/readings/i)
      .first()
      .waitFor();
    expect(faults).toEqual([]);
    expect(strangers).toEqual([]);
  });

  it('does not let a wrong token in, and says so', async () => {
    const loop = await startSmallLoop();
    const page = await openPage();
    await page.goto(`${loop.hub.address.httpUrl}/console/#token=elt_wrong`);
    await page
      .getByText(/UNAUTHENTICATED|not accepted|not known|refused/i)
      .first()
      .waitFor();
  });
});
