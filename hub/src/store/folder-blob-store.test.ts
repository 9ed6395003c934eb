import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256Hex } from '@edgeloop/protocol';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../testing/hub-rig.ts';
import { FolderBlobStore } from './folder-blob-store.ts';

async function openBlobs(): Promise<{ blobs: FolderBlobStore; folder: string }> {
  const folder = join(temporaryFolder(), 'blobs');
  const blobs = new FolderBlobStore(folder);
  await blobs.start();
  return { blobs, folder };
}

async function* parts(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

describe('FolderBlobStore', () => {
  it('gives back the bytes it was given, by their digest', async () => {
    const { blobs } = await openBlobs();
    const digest = await blobs.put(Buffer.from('hello'));
    expect(digest).toBe(sha256Hex(Buffer.from('hello')));
    expect(await blobs.put(Buffer.from('hello'))).toBe(digest);
    expect(Buffer.from(await blobs.get(digest)).toString()).toBe('hello');
    expect(Buffer.from(await blobs.range(digest, 1, 3)).toString()).toBe('el');
    expect(await blobs.size(digest)).toBe(5);
    expect(await blobs.size('0'.repeat(64))).toBeUndefined();
  });

  it('keeps nothing of a stream with another digest, or one that is too long', async () => {
    const { blobs, folder } = await openBlobs();
    const digest = sha256Hex(Buffer.from('hello'));
    await expect(blobs.putStream(parts('hel', 'p!'), { digest, maxBytes: 100 })).rejects.toMatchObject({
      code: 'DIGEST_MISMATCH',
    });
    await expect(blobs.putStream(parts('hel', 'lo'), { digest, maxBytes: 4 })).rejects.toMatchObject({
      code: 'TOO_LARGE',
    });
    expect(await blobs.size(digest)).toBeUndefined();
    expect(readdirSync(join(folder, 'incoming'))).toEqual([]);
    expect(await blobs.putStream(parts('hel', 'lo'), { digest, maxBytes: 5 })).toBe(5);
    expect(await blobs.size(digest)).toBe(5);
  });

  it('notices when stored bytes are damaged', async () => {
    const { blobs, folder } = await openBlobs();
    const digest = await blobs.put(Buffer.from('hello'));
    const path = join(folder, digest.slice(0, 2), digest);
    writeFileSync(path, `j${readFileSync(path, 'utf8').slice(1)}`);
    await expect(blobs.get(digest)).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
  });

  it('throws NOT_FOUND for bytes it does not have, and INVALID_INPUT for what is no digest', async () => {
    const { blobs } = await openBlobs();
    await expect(blobs.get('0'.repeat(64))).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(blobs.range('0'.repeat(64), 0, 1)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(blobs.get('../../etc/passwd')).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });

  it('throws away at a start what a killed process left half written', async () => {
    const folder = join(temporaryFolder(), 'blobs');
    mkdirSync(join(folder, 'incoming'), { recursive: true });
    writeFileSync(join(folder, 'incoming', 'half'), 'hel');
    await new FolderBlobStore(folder).start();
    expect(readdirSync(join(folder, 'incoming'))).toEqual([]);
  });
});
