import { once } from 'node:events';
import { Worker as Thread } from 'node:worker_threads';
import { expect, onTestFinished, test } from 'vitest';
import { HubRequests } from './hub-requests.ts';

/** Answers, and closes the connection a moment later without having said so, in a thread of its own. */
const SERVER = `
  const { createServer } = require('node:net');
  const { parentPort } = require('node:worker_threads');
  const answer = 'HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\n{}';
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', () => {
      socket.write(answer);
      setTimeout(() => socket.end(), 20);
    });
  });
  server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
`;

test('finds a new connection after a long run, during which the hub has closed the one before', async () => {
  const server = new Thread(SERVER, { eval: true });
  onTestFinished(async () => void (await server.terminate()));
  const [port] = await once(server, 'message');
  const hub = new HubRequests({ url: `http://127.0.0.1:${port}`, token: 't' });
  for (let run = 0; run < 5; run++) {
    await (await hub.post('/jobs/job-1/metrics', {})).text();
    await new Promise((resolve) => setImmediate(resolve));
    // As a run of ONNX Runtime does.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
  }
  expect((await hub.post('/jobs/job-1/metrics', {})).status).toBe(200);
});
