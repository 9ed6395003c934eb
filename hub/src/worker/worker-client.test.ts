import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sha256Hex } from '@edgeloop/protocol';
import { describe, expect, onTestFinished, test } from 'vitest';
import { WorkerClient } from './worker-client.ts';

const BLOB = Buffer.alloc(2 ** 20, 'edge');

/** A client of a hub that answers everything in one way. */
async function clientOf(answer: (response: ServerResponse) => void): Promise<WorkerClient> {
  const server = createServer((_, response) => answer(response));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return new WorkerClient({ url: `http://127.0.0.1:${port}`, token: '', worker: 'w' });
}

async function sizeOf(parts: AsyncIterable<Uint8Array>): Promise<number> {
  let size = 0;
  for await (const part of parts) size += part.length;
  return size;
}

describe('a blob that is read in parts', () => {
  test('comes whole', async () => {
    const client = await clientOf((response) => response.end(BLOB));
    expect(await client.readBlob(sha256Hex(BLOB), sizeOf)).toBe(BLOB.length);
  });

  test('is refused behind its last part when it is another', async () => {
    const client = await clientOf((response) => response.end(BLOB));
    const run = client.readBlob('0'.repeat(64), sizeOf);
    await expect(run).rejects.toMatchObject({
      code: 'DIGEST_MISMATCH',
      message: `expected blob ${'0'.repeat(64)}, got ${sha256Hex(BLOB)}`,
    });
  });

  test('may be asked for again when the hub falls silent on the way', async () => {
    const client = await clientOf((response) => {
      response.writeHead(200, { 'content-length': BLOB.length });
      response.write(BLOB.subarray(0, 1_000), () => response.destroy());
    });
    await expect(client.readBlob(sha256Hex(BLOB), sizeOf)).rejects.toMatchObject({ code: 'UNREACHABLE' });
  });

  test('need not be read to its end', async () => {
    const client = await clientOf((response) => response.end(BLOB));
    const first = client.readBlob('0'.repeat(64), async (parts) => {
      for await (const part of parts) return part.length;
      return 0;
    });
    expect(await first).toBeGreaterThan(0);
  });
});
