import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { crc32, deflateSync, gzipSync } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { listFolder, packFolder } from '../../archive/pack-folder.ts';
import { cellOf, imageOf } from '../../store/table.ts';
import { decodeTable, encodeTable } from '../../store/table-codec.ts';
import { temporaryFolder } from '../../testing/hub-rig.ts';
import { DEFAULT_FILE_LIMITS } from '../file-format.ts';
import { type ImportedTable, type ImportOptions, importTable } from '../import-table.ts';
import { concatTables, takeRows } from '../table-rows.ts';

type Files = Readonly<Record<string, Uint8Array | string>>;

async function archiveOf(files: Files): Promise<Uint8Array> {
  const folder = temporaryFolder();
  for (const [path, bytes] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
  const parts: Uint8Array[] = [];
  for await (const part of packFolder(folder, await listFolder(folder), () => undefined)) parts.push(part);
  return Buffer.concat(parts);
}

async function importFiles(files: Files, options: Partial<ImportOptions> = {}): Promise<ImportedTable> {
  return importTable(await archiveOf(files), { format: 'images', label: null, ...options });
}

/** A grey PNG of this size. */
function png(height: number, width: number, grey: number): Promise<Buffer> {
  const image = sharp(Buffer.alloc(height * width, grey), { raw: { height, width, channels: 1 } });
  return image.toColourspace('b-w').png().toBuffer();
}

function red(height: number, width: number): Promise<Buffer> {
  return sharp({ create: { height, width, channels: 3, background: '#ff0000' } })
    .png()
    .toBuffer();
}

/** A PNG of a few bytes that says it has this many pixels. */
function bomb(side: number): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, sum]);
  };
  const header = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0]);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.alloc(99))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function imageColumn({ table }: ImportedTable) {
  const [column] = table.columns;
  if (column?.kind !== 'image') throw new Error('no images');
  return column;
}

describe('a folder of images', () => {
  test('becomes a row a file, called by its sub-folder', async () => {
    const imported = await importFiles({
      'dark/1.png': await png(2, 3, 10),
      'dark/2.png': await png(2, 3, 20),
      'light/1.png': await png(2, 3, 200),
      'readme.txt': 'how the images were made',
      '.hidden/1.png': 'not an image',
    });
    expect(imported.description).toMatchObject({ rows: 3, label: 'label', classes: ['dark', 'light'] });
    expect(imported.description.columns[0]).toMatchObject({
      ...{ name: 'image', kind: 'image', count: 3, missing: 0, distinct: 3 },
      image: { height: 2, width: 3, channels: 1 },
    });
    expect(imported.cleaning).toEqual([{ rule: 'other-file-skipped', column: null, rows: 1 }]);
    expect([0, 1, 2].map((row) => imageOf(imageColumn(imported), row)[5])).toEqual([10, 20, 200]);
    expect([0, 1, 2].map((row) => cellOf(imported.table.columns[1]!, row))).toEqual(['dark', 'dark', 'light']);
    expect(decodeTable(imported.canonicalBytes)).toEqual(imported.table);
  });

  test('gets the size and colours that most have, or those asked for', async () => {
    const files = { 'a/1.png': await png(4, 4, 9), 'a/2.png': await png(4, 4, 9), 'b/1.png': await red(8, 6) };
    const common = imageColumn(await importFiles(files));
    expect(common).toMatchObject({ height: 4, width: 4, channels: 3 });
    expect([...imageOf(common, 2).subarray(0, 3)]).toEqual([255, 0, 0]);
    expect([...imageOf(common, 0).subarray(0, 3)]).toEqual([9, 9, 9]);
    const asked = imageColumn(await importFiles(files, { imageSize: { height: 2, width: 5 }, channels: 1 }));
    expect(asked).toMatchObject({ height: 2, width: 5, channels: 1 });
    expect(asked.pixels).toHaveLength(3 * 10);
  });

  test('is upright, and black where it is transparent', async () => {
    const half = Buffer.from([255, 255, 255, 255, 255, 255, 255, 0]);
    const clear = await sharp(half, { raw: { height: 1, width: 2, channels: 4 } })
      .png()
      .toBuffer();
    const turned = await sharp(await png(1, 2, 50))
      .withMetadata({ orientation: 6 })
      .png()
      .toBuffer();
    expect([...imageColumn(await importFiles({ 'a/1.png': clear }, { channels: 1 })).pixels]).toEqual([255, 0]);
    expect(imageColumn(await importFiles({ 'a/1.png': turned }))).toMatchObject({ height: 2, width: 1 });
  });

  test('is joined with the columns of its labels.csv, also where an image is missing', async () => {
    const files = {
      'photos/1.png': await png(2, 2, 10),
      'photos/2.png': await png(2, 2, 20),
      'photos/unused.png': await png(2, 2, 30),
      'labels.csv': 'file,weight,label\nphotos/2.png,1.5,bad\n,2.5,good\n./photos/1.png,,good\n',
    };
    const imported = await importFiles(files, { units: { weight: 'g' } });
    expect(imported.description).toMatchObject({ rows: 3, label: 'label', classes: ['bad', 'good'] });
    expect(imported.table.columns.map(({ name, kind }) => [name, kind])).toEqual([
      ['image', 'image'],
      ['weight', 'number'],
      ['label', 'category'],
    ]);
    expect([...imageColumn(imported).pixels]).toEqual([20, 20, 20, 20, 0, 0, 0, 0, 10, 10, 10, 10]);
    expect(imported.description.columns).toMatchObject([{ count: 2, missing: 1 }, { unit: 'g', missing: 1 }, {}]);
    expect(imported.cleaning).toEqual([{ rule: 'unlisted-file-skipped', column: null, rows: 1 }]);
    const price = await importFiles({ ...files, 'labels.csv': 'file,price\nphotos/1.png,9.5\n' }, { label: 'price' });
    expect(price.description).toMatchObject({ label: 'price', classes: [] });
  });

  test('has no label where nothing tells one', async () => {
    expect((await importFiles({ '1.png': await png(2, 2, 1) })).description).toMatchObject({ label: null, rows: 1 });
  });

  test('loses equal images when asked to, and parts of it can be joined again', async () => {
    const [one, other] = [await png(2, 2, 7), await png(2, 2, 8)];
    const files = { 'a/1.png': one, 'a/2.png': one, 'a/3.png': other };
    const { table, cleaning } = await importFiles(files, { dropDuplicates: true });
    expect(table.rows).toBe(2);
    expect(cleaning).toContainEqual({ rule: 'duplicates-dropped', column: null, rows: 1 });
    const joined = concatTables(takeRows(table, [1]), takeRows(table, [0]));
    expect(encodeTable(joined)).toEqual(encodeTable(takeRows(table, [1, 0])));
  });

  test('is the later one where a path comes again, however long the earlier one takes', async () => {
    const last = await archiveOf({ 'a/1.png': await png(4, 4, 200) });
    for (const side of [4, 1_000]) {
      const first = await archiveOf({ 'a/1.png': await png(side, side, 10) });
      // Without the two blocks of zeros that end an archive.
      const both = Buffer.concat([first.subarray(0, -1_024), last]);
      const imported = await importTable(both, { format: 'images', label: null, imageSize: { height: 4, width: 4 } });
      expect([...imageColumn(imported).pixels]).toEqual(Array(16).fill(200));
    }
  });

  test('comes as gzip too', async () => {
    const archive = gzipSync(await archiveOf({ 'a/1.png': await png(2, 2, 1) }));
    expect((await importTable(archive, { format: 'images', label: null })).description.rows).toBe(1);
  });

  test('names a broken image, or leaves it out where that is asked for', async () => {
    const whole = await sharp(Buffer.alloc(30_000, 77), { raw: { height: 100, width: 300, channels: 1 } })
      .jpeg()
      .toBuffer();
    const files = {
      'a/fine.jpg': whole,
      'a/cut.jpg': whole.subarray(0, whole.length - 200),
      'b/none.png': 'no image at all',
      'b/fine.jpg': whole,
    };
    const code = 'DATA_INVALID';
    await expect(importFiles(files)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(/^[ab]\/(cut|none)/),
    });
    const { description, cleaning } = await importFiles(files, { skipBroken: true });
    expect(description).toMatchObject({ rows: 2, classes: ['a', 'b'] });
    const broken = { rule: 'broken-file-skipped', column: null, rows: 2, files: ['a/cut.jpg', 'b/none.png'] };
    expect(cleaning).toEqual([broken]);
  });

  const small = { ...DEFAULT_FILE_LIMITS, maxUnpackedBytes: 20_000 };
  const wrong: readonly [string, () => Promise<Files>, Partial<ImportOptions>, string, RegExp][] = [
    ['an image claims to be huge', async () => ({ 'a/1.png': bomb(60_000) }), {}, 'DATA_INVALID', /^a\/1\.png/],
    [
      'all images together take too much memory',
      async () => ({ 'a/1.png': await png(10, 10, 1) }),
      { limits: small, imageSize: { height: 1_000, width: 1_000 } },
      'TOO_LARGE',
      /1 images of 1000 x 1000 x 1 take 1000000 bytes.*ask for a smaller size/,
    ],
    ['there are none', async () => ({ 'a/1.txt': 'text' }), {}, 'DATA_INVALID', /expected images in the archive/],
    [
      'the list names one that is not there',
      async () => ({ '1.png': await png(2, 2, 1), 'labels.csv': 'file\n1.png\n2.png\n' }),
      {},
      'DATA_INVALID',
      /labels\.csv, row 2: no readable image 2\.png/,
    ],
    [
      'the list names no files',
      async () => ({ '1.png': await png(2, 2, 1), 'labels.csv': 'name\n1.png\n' }),
      {},
      'DATA_INVALID',
      /expected a column file, got name/,
    ],
  ];
  for (const [what, files, options, code, message] of wrong) {
    test(`is refused in words when ${what}`, async () => {
      const refused = { code, message: expect.stringMatching(message) };
      await expect(importFiles(await files(), options)).rejects.toMatchObject(refused);
    });
  }

  test('is refused when it is no archive', async () => {
    const bytes = Buffer.from('not a tar archive, but longer than one block of it. '.repeat(40));
    await expect(importTable(bytes, { format: 'images', label: null })).rejects.toMatchObject({ code: 'DATA_INVALID' });
  });
});

describe('a folder of texts', () => {
  test('becomes a row a file, in whatever encoding, called by its sub-folder', async () => {
    const files = {
      'ham/1': 'Subject: Grüße\n\nBis morgen',
      'ham/2.txt': Buffer.from('Gr\xfc\xdfe', 'latin1'),
      'spam/1': 'BUY NOW',
      'spam/2': '',
    };
    const { table, description } = await importFiles(files, { format: 'texts', label: 'kind' });
    expect(description).toMatchObject({ rows: 4, label: 'kind', classes: ['ham', 'spam'] });
    expect([0, 1, 2, 3].map((row) => table.columns.map((column) => cellOf(column, row)))).toEqual([
      ['Subject: Grüße\n\nBis morgen', 'ham'],
      ['Grüße', 'ham'],
      ['BUY NOW', 'spam'],
      [null, 'spam'],
    ]);
    expect(table.columns[0]?.kind).toBe('text');
  });

  test('names a file that is no text', async () => {
    const files = { 'a/1.txt': 'text', 'a/2.bin': Buffer.from([1, 0, 2]) };
    await expect(importFiles(files, { format: 'texts' })).rejects.toMatchObject({
      ...{ code: 'DATA_INVALID', message: 'a/2.bin', details: { file: 'a/2.bin' } },
    });
  });
});
