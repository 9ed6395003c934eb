import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { silentLogger } from '../log.ts';
import { temporaryFolder } from '../testing/hub-rig.ts';
import type { WorkerEnd } from './worker-end.ts';
import { WorkerProcess } from './worker-process.ts';

/** The first end of a worker whose whole program is this. */
async function endOf(program: string): Promise<WorkerEnd> {
  const modulePath = join(temporaryFolder(), 'worker.mjs');
  writeFileSync(modulePath, program);
  return new Promise((resolve) => {
    const worker = new WorkerProcess({
      ...{ hubUrl: 'http://127.0.0.1:1', token: 't', log: silentLogger, modulePath },
      onEnded: (_, end) => resolve(end),
    });
    onTestFinished(() => worker.stop());
    worker.start();
  });
}

test('a worker that the system kills has run out of memory, as far as anybody can tell', async () => {
  expect(await endOf("process.kill(process.pid, 'SIGKILL'); setInterval(() => {}, 1000);")).toEqual({
    code: 'OUT_OF_MEMORY',
    message:
      'the worker was killed (SIGKILL), as the system does when memory runs out; a training with a smaller batchSize needs less',
  });
});

test('a worker that ends otherwise says how', async () => {
  expect(await endOf('process.exit(7);')).toEqual({
    code: 'JOB_FAILED',
    message: 'the worker ended with code 7 while it had the job',
  });
});
