import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { openCommandLine } from '../../testing/command-line.ts';
import { temporaryFolder } from '../../testing/hub-rig.ts';

async function images(): Promise<string> {
  const folder = temporaryFolder();
  for (const [name, background] of [
    ['dark', '#202020'],
    ['light', '#e0e0e0'],
  ] as const) {
    mkdirSync(join(folder, name));
    for (let at = 0; at < 3; at++) {
      const image = sharp({ create: { height: 6 + at, width: 8, channels: 3, background } });
      writeFileSync(join(folder, name, `${at}.jpg`), await image.jpeg().toBuffer());
    }
  }
  writeFileSync(join(folder, 'dark', 'broken.png'), 'no image');
  return folder;
}

describe('edgeloop datasets import', () => {
  test('takes a folder of images, and shows what is in it', async () => {
    const { run } = await openCommandLine();
    const folder = await images();
    const refused = await run('datasets', 'import', '--images', folder, '--name', 'shades');
    expect(refused.code).not.toBe(0);
    expect(refused.err).toContain('dark/broken.png');
    const options = ['--name', 'shades', '--image-size', '6x8', '--channels', '3', '--skip-broken'];
    const imported = await run('datasets', 'import', '--images', folder, ...options);
    expect(imported).toMatchObject({ code: 0, err: '' });
    expect(imported.out).toMatch(/rows +6\nlabel +label\nclasses +dark, light/);
    expect(imported.out).toContain('broken-file-skipped: 1 (dark/broken.png)');
    expect(imported.out).toMatch(/\nimage +image 6 x 8 x 3 +0 +/);
    expect((await run('datasets', 'rows', 'shades', '--limit', '1')).out).toBe('image  label\nimage  dark\n');
    const json = JSON.parse((await run('datasets', 'rows', 'shades', '--limit', '1', '--json')).out);
    expect(json.rows[0][0]).toMatch(/^data:image\/png;base64,/);
  });

  test('takes a folder of texts', async () => {
    const { run } = await openCommandLine();
    const folder = temporaryFolder();
    for (const name of ['ham', 'spam']) {
      mkdirSync(join(folder, name));
      writeFileSync(join(folder, name, '1'), `a ${name}`);
    }
    const { out } = await run('datasets', 'import', '--texts', folder, '--name', 'mails', '--label', 'kind');
    expect(out).toMatch(/rows +2\nlabel +kind\nclasses +ham, spam/);
  });

  test('takes a file that is called so as JSON lines', async () => {
    const { run } = await openCommandLine();
    const file = join(temporaryFolder(), 'pumps.jsonl');
    writeFileSync(file, '{"pressure": 1.5, "flow": 3}\n{"pressure": 2.5, "flow": 4}\n');
    const { out } = await run('datasets', 'import', file, '--name', 'pumps');
    expect(out).toMatch(/\npressure +number /);
  });

  test('keeps units, and takes a number to tell', async () => {
    const { run } = await openCommandLine();
    const file = join(temporaryFolder(), 'pumps.csv');
    writeFileSync(file, 'pressure,flow\n1.5,3\n2.5,4\n');
    const options = ['--name', 'pumps', '--label', 'flow', '--label-kind', 'number', '--unit', 'pressure=bar'];
    const { out } = await run('datasets', 'import', file, ...options, '--unit', 'flow=l/min');
    expect(out).toMatch(/\npressure +number, bar /);
    expect(out).toMatch(/\nflow +number, l\/min /);
  });

  for (const [what, args, message] of [
    ['nothing to import', [], /expected a file, --images or --texts, got 0/],
    ['two things to import', ['a.csv', '--images', 'b'], /got 2 of them/],
    ['a unit without a column', ['a.csv', '--unit', 'bar'], /must be COLUMN=UNIT/],
    ['a folder as a file', ['.'], /is a folder: expected --images .* or --texts/],
    ['a size of texts', ['--texts', 'b', '--image-size', '6x8'], /--image-size is for --images/],
    ['channels of a table', ['a.csv', '--channels', '3'], /--channels is for --images/],
    ['a kind that there is not', ['package.json', '--kinds', 'flow=float'], /kinds: .*of kinds number, category/],
    ['a folder that is not there', ['--images', '/nowhere/at/all'], /read \/nowhere\/at\/all/],
  ] as const) {
    test(`refuses ${what}`, async () => {
      const { run } = await openCommandLine();
      const { code, err } = await run('datasets', 'import', ...args, '--name', 'x');
      expect(code).not.toBe(0);
      expect(err).toMatch(message);
    });
  }
});
