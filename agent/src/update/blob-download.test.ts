import { readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BlobChunk, type BlobRef, ChunkBitmap, describeBlob, digestHex, Want } from '@edgeloop/protocol';
import { describe, expect, it, onTestFinished } from 'vitest';
import { silentLog } from '../log.ts';
import { temporaryFolder } from '../test-rig/agent-process.ts';
import { ManualTime } from '../test-rig/manual-time.ts';
import { downloadBlob } from './blob-download.ts';
import { BlobFolder } from './blob-folder.ts';

const CHUNK = 100;
const BYTES = Uint8Array.from({ length: 1_050 }, (_, index) => (index * 31) % 251);

class TestLink {
  readonly wants: Want[] = [];
  receive: (index: number, payload: Uint8Array) => void = () => undefined;
  onReady: () => void = () => undefined;
  isListening = false;

  want(bytes: Uint8Array): void {
    this.wants.push(Want.decode(bytes));
  }

  listen(_digest: string, receive: (index: number, payload: Uint8Array) => void, onReady: () => void): () => void {
    this.receive = receive;
    this.onReady = onReady;
    this.isListening = true;
    return () => {
      this.isListening = false;
    };
  }

  send(index: number, change: (data: Uint8Array) => Uint8Array = (data) => data): void {
    const data = BYTES.slice(index * CHUNK, (index + 1) * CHUNK);
    this.receive(index, BlobChunk.encode({ data: change(data) }));
  }

  missing(): number[] {
    return ChunkBitmap.fromBytes(this.wants.at(-1)!.missing, 11).complete ? all() : wanted(this.wants.at(-1)!);
  }
}

const all = (): number[] => Array.from({ length: 11 }, (_, index) => index);
const wanted = (want: Want): number[] => ChunkBitmap.fromMissingBytes(want.missing, 11).missing();

async function makeDownload() {
  const root = await temporaryFolder(onTestFinished);
  const folder = new BlobFolder(root);
  await folder.open();
  const link = new TestLink();
  const time = new ManualTime();
  const ref = describeBlob(BYTES, CHUNK);
  const stopping = new AbortController();
  const progress: number[] = [];
  const parts = { folder, link, time, log: silentLog, random: () => 1 };
  const begin = (blob: BlobRef = ref) =>
    downloadBlob(blob, parts, stopping.signal, ({ arrivedBytes }) => progress.push(arrivedBytes));
  const ready = async (): Promise<void> => {
    while (!link.isListening) await time.advance(0);
    link.onReady();
  };
  return {
    root,
    folder,
    link,
    time,
    ref,
    begin,
    ready,
    stopping,
    progress,
    partial: join(root, 'partial', digestHex(ref)),
  };
}

describe('a download', () => {
  it('asks for all chunks, takes them in any order, and installs exactly the blob', async () => {
    const { folder, link, ref, begin, ready, progress } = await makeDownload();
    const done = begin();
    await ready();
    expect(link.missing()).toEqual(all());
    for (const index of all().reverse()) link.send(index);
    expect(await done).toBe(true);
    await folder.install(ref);
    expect(new Uint8Array(await readFile(folder.path(digestHex(ref))))).toEqual(BYTES);
    expect(progress.at(-1)).toBe(BYTES.length);
  });

  it('continues after an interruption with the chunks that are missing', async () => {
    const { link, begin, ready, stopping, time } = await makeDownload();
    const first = begin();
    await ready();
    for (const index of [0, 3, 10]) link.send(index);
    while (link.wants.length < 2) await time.advance(2_000);
    expect(link.missing()).toEqual([1, 2, 4, 5, 6, 7, 8, 9]);
    stopping.abort();
    expect(await first).toBe(false);
  });

  it('reads what has arrived from the bytes themselves', async () => {
    const { link, begin, ready, partial } = await makeDownload();
    const damaged = Uint8Array.from(BYTES);
    damaged[250] = 255 - damaged[250]!;
    await writeFile(partial, damaged);
    const done = begin();
    await ready();
    expect(link.missing()).toEqual([2]);
    link.send(2);
    expect(await done).toBe(true);
  });

  it('cuts off bytes beyond the signed length', async () => {
    const { folder, begin, partial, ref } = await makeDownload();
    await writeFile(partial, Buffer.concat([BYTES, Buffer.alloc(5_000)]));
    expect(await begin()).toBe(true);
    await folder.install(ref);
  });

  it('asks again for a chunk that came truncated, garbled or too long', async () => {
    const { link, begin, ready, time } = await makeDownload();
    const done = begin();
    await ready();
    for (const index of all().slice(3)) link.send(index);
    link.send(0, (data) => data.slice(0, 50));
    link.send(1, (data) => data.map((byte) => 255 - byte));
    link.send(2, (data) => Uint8Array.from([...data, 1]));
    link.receive(2, Uint8Array.from([0xff, 0xff]));
    while (link.wants.length < 2) await time.advance(2_000);
    expect(link.missing()).toEqual([0, 1, 2]);
    for (const index of [0, 1, 2]) link.send(index);
    expect(await done).toBe(true);
  });

  it('gives up on a sender that keeps lying', async () => {
    const { link, begin, ready } = await makeDownload();
    const done = begin();
    await ready();
    for (let count = 0; count < 40; count++) link.send(0, (data) => data.map((byte) => 255 - byte));
    await expect(done).rejects.toMatchObject({ code: 'CHUNK_INVALID' });
  });

  it('ignores chunks that do not exist or are there already', async () => {
    const { link, begin, ready, progress } = await makeDownload();
    const done = begin();
    await ready();
    link.send(4);
    link.send(4);
    link.receive(77, BlobChunk.encode({ data: new Uint8Array(100) }));
    for (const index of all()) link.send(index);
    expect(await done).toBe(true);
    expect(progress.at(-1)).toBe(BYTES.length);
  });

  it('asks less and less often while nothing comes, and at once when the link is back', async () => {
    const { link, begin, ready, time, stopping } = await makeDownload();
    const done = begin();
    await ready();
    const asked: number[] = [];
    for (let second = 0; second < 60; second++) {
      const before = link.wants.length;
      await time.advance(1_000);
      if (link.wants.length > before) asked.push(second);
    }
    const gaps = asked.slice(1).map((at, index) => at - asked[index]!);
    expect([...gaps].sort((a, b) => a - b)).toEqual(gaps);
    const before = link.wants.length;
    link.onReady();
    expect(link.wants.length).toBe(before + 1);
    stopping.abort();
    await done;
  });

  it('refuses a reference that contradicts itself', async () => {
    const { begin, ref } = await makeDownload();
    await expect(begin({ ...ref, sizeBytes: 5 })).rejects.toMatchObject({ code: 'MALFORMED_MESSAGE' });
  });

  it('refuses a blob that does not fit on the disk', async () => {
    const { begin } = await makeDownload();
    const sizeBytes = 2 ** 50;
    const chunkBytes = 2 ** 49;
    const huge: BlobRef = {
      digest: new Uint8Array(32),
      sizeBytes,
      chunkBytes,
      chunkDigests: [0, 1].map(() => new Uint8Array(32)),
    };
    await expect(begin(huge)).rejects.toMatchObject({ code: 'STORAGE_FULL' });
  });
});

describe('the blob folder', () => {
  it('installs nothing whose digest is another one', async () => {
    const { folder, partial, ref } = await makeDownload();
    await writeFile(partial, BYTES);
    await truncate(partial, 1_049);
    await expect(folder.install(ref)).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
    expect(await folder.has(ref)).toBe(false);
  });

  it('refuses to read a blob that was changed on disk', async () => {
    const { folder, ref } = await makeDownload();
    await writeFile(
      folder.path(digestHex(ref)),
      BYTES.map((byte) => byte ^ 1),
    );
    await expect(folder.read(ref)).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
  });
});
