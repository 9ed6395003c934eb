import { mkdir, readdir, rename, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../test-rig/agent-process.ts';
import { CollectingIntake } from '../test-rig/collecting-intake.ts';
import { ManualTime } from '../test-rig/manual-time.ts';
import { mixedSignature } from '../test-rig/mixed-model.ts';
import { ImageFolderSource } from './image-folder-source.ts';
import type { ImageFolderConfig } from './source-config.ts';

const INPUT = mixedSignature().inputs[4]!;

/** A gray image of 3 x 2 whose pixels tell it from others. */
const png = (light: number) =>
  sharp({ create: { width: 3, height: 2, channels: 3, background: { r: light, g: light, b: light } } })
    .png()
    .toBuffer();

async function makeFolder(parts: Partial<ImageFolderConfig> = {}, input: typeof INPUT | undefined = INPUT) {
  const path = await temporaryFolder(onTestFinished);
  const put = async (name: string, light: number, mtime?: number): Promise<void> => {
    await mkdir(join(path, name, '..'), { recursive: true });
    await writeFile(join(path, name), await png(light));
    if (mtime !== undefined) await utimes(join(path, name), mtime, mtime);
  };
  const open = async (position?: unknown) => {
    const time = new ManualTime();
    const intake = new CollectingIntake();
    const source = new ImageFolderSource({ kind: 'image-folder', path, ...parts }, input, time);
    await source.start(intake, position);
    onTestFinished(() => source.stop());
    /** Lets the folder be looked at, and the disk keep up with it. */
    const look = async (): Promise<void> => {
      await time.advance(500);
      await new Promise((resolve) => {
        setTimeout(resolve, 5);
      });
    };
    const until = async (count: number): Promise<void> => {
      while (intake.readings.length + intake.faults.length < count) await look();
    };
    const lights = (): unknown[] => intake.readings.map(({ tensors }) => tensors!['image']!.values[0]);
    return { source, intake, look, until, lights };
  };
  return { path, put, open };
}

describe('a folder of images', () => {
  it('gives each image once, in the order of names, with the channels of the model', async () => {
    const { put, open } = await makeFolder();
    for (const [name, light] of [
      ['b.png', 2],
      ['a.png', 1],
      ['note.txt', 9],
      ['.hidden.png', 9],
    ] as const)
      await put(name, light);
    const { intake, until, look, lights } = await open();
    await until(2);
    await put('c.png', 3);
    await until(3);
    for (let step = 0; step < 5; step++) await look();
    expect(lights()).toEqual([1, 2, 3]);
    expect(intake.readings[0]!.tensors).toEqual({ image: { dims: [2, 3, 3], values: Buffer.alloc(18, 1) } });
    expect(intake.readings[0]).toMatchObject({ fields: {}, label: undefined });
  });

  it('is gray for a model that sees gray', async () => {
    const { put, open } = await makeFolder({}, { ...INPUT, dims: [-1, -1, -1, 1] });
    await put('a.png', 77);
    const { intake, until } = await open();
    await until(1);
    expect(intake.readings[0]!.tensors).toEqual({ image: { dims: [2, 3, 1], values: Buffer.alloc(6, 77) } });
  });

  it('is read in the order of times when told so', async () => {
    const { put, open } = await makeFolder({ order: 'mtime' });
    await put('a.png', 3, 300);
    await put('b.png', 2, 200);
    await put('c.png', 1, 100);
    const { until, lights } = await open();
    await until(3);
    expect(lights()).toEqual([1, 2, 3]);
  });

  it('is not read while an image still grows', async () => {
    const { path, put, open } = await makeFolder();
    const whole = await png(1);
    await writeFile(join(path, 'a.png'), whole.subarray(0, 20));
    await put('b.png', 2);
    const { look, until, lights, intake } = await open();
    for (let size = 21; size < 40; size++) {
      await writeFile(join(path, 'a.png'), whole.subarray(0, size));
      await look();
    }
    expect(intake.readings).toEqual([]);
    await writeFile(join(path, 'a.png'), whole);
    await until(2);
    expect(lights()).toEqual([1, 2]);
    expect(intake.faults).toEqual([]);
  });

  it('takes an image that is renamed into it', async () => {
    const { path, put, open } = await makeFolder();
    const { until, lights, look } = await open();
    await put('a.png.part', 1);
    for (let step = 0; step < 3; step++) await look();
    await rename(join(path, 'a.png.part'), join(path, 'a.png'));
    await until(1);
    expect(lights()).toEqual([1]);
  });

  it('continues behind the last image that was worked on', async () => {
    const { put, open } = await makeFolder();
    for (const light of [1, 2, 3, 4]) await put(`${light}.png`, light);
    const first = await open();
    await first.until(4);
    await first.source.stop();
    const again = await open(JSON.parse(JSON.stringify(first.intake.readings[1]!.position)));
    await again.until(2);
    expect(again.lights()).toEqual([3, 4]);
  });

  it('counts an image that cannot be read, and goes on', async () => {
    const { path, put, open } = await makeFolder({ maxPixels: 6 });
    await writeFile(join(path, 'a.png'), 'no image');
    await writeFile(join(path, 'b.png'), (await png(1)).subarray(0, 60));
    await put('c.png', 3);
    const big = sharp({ create: { width: 4, height: 2, channels: 3, background: '#000' } });
    await writeFile(join(path, 'd.png'), await big.png().toBuffer());
    const { until, lights, intake } = await open();
    await until(4);
    expect(lights()).toEqual([3]);
    expect(intake.faults.map((fault) => fault.split(':')[0])).toEqual(new Array(3).fill('INPUT_INVALID'));
    expect(intake.faults[2]).toContain('d.png');
    expect(intake.faults[2]).toContain('pixel limit');
  });

  it('has the name of its folder as class', async () => {
    const { put, open } = await makeFolder({ labelFromFolder: true });
    await put('dog/1.png', 1);
    await put('cat/2.png', 2);
    await put('3.png', 3);
    const { until, intake, lights } = await open();
    await until(2);
    await put('cat/4.png', 4);
    await until(3);
    expect(lights()).toEqual([2, 1, 4]);
    expect(intake.readings.map(({ label }) => label)).toEqual(['cat', 'dog', 'cat']);
  });

  it('is emptied when told so: deleted or put elsewhere, but for what could not be read', async () => {
    const elsewhere = join(await temporaryFolder(onTestFinished), 'done');
    for (const after of ['delete', { moveTo: elsewhere }] as const) {
      const { path, put, open } = await makeFolder({ after });
      await put('a.png', 1);
      await writeFile(join(path, 'b.png'), 'no image');
      await put('c.png', 3);
      const { until, source, intake } = await open();
      await until(3);
      await source.stop();
      expect(await readdir(path)).toEqual(['b.png']);
      expect(intake.faults).toHaveLength(1);
    }
    expect((await readdir(elsewhere)).sort()).toEqual(['a.png', 'c.png']);
  });

  it('that is not there is told, and read when it comes', async () => {
    const { path, open } = await makeFolder({ path: '/nowhere/at/all' });
    expect(path).not.toBe('/nowhere/at/all');
    const { intake, until } = await open();
    await until(2);
    expect(intake.faults[0]).toContain('SOURCE_FAILED');
  });

  it('is not read for a model without an image', async () => {
    const intake = new CollectingIntake();
    await new ImageFolderSource({ kind: 'image-folder', path: '/x' }, undefined, new ManualTime()).start(
      intake,
      undefined,
    );
    expect(intake.faults).toEqual([expect.stringContaining('expected a model with one image')]);
  });
});
