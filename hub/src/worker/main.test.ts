import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DatasetRecord } from '../store/dataset-store.ts';
import type { RunRecord } from '../store/run-store.ts';
import { importDiabetes } from '../testing/real-data.ts';
import { WorkerHub } from '../testing/worker-hub.ts';
import { TrainResultSchema, type TrainSpec, trainJobSpec } from '../training/train-job.ts';

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));

let hub: WorkerHub;
const children: ChildProcess[] = [];

beforeEach(async () => {
  hub = new WorkerHub();
  await hub.start();
});

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await hub.stop();
});

/** A worker as a process of its own, as the hub starts it. */
function workerProcess(name: string, token = hub.token): ChildProcess {
  const child = fork(MAIN, ['--hub', hub.url, '--name', name, '--log-level', 'silent'], {
    env: { ...process.env, EDGELOOP_TOKEN: token },
    execArgv: ['--import', 'tsx', '--conditions=@edgeloop/source'],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  children.push(child);
  return child;
}

/** Resolves when the hub is called so. */
function called(call: string): Promise<void> {
  return new Promise((resolve) => {
    hub.obstacle = (got) => {
      if (got === call) resolve();
      return undefined;
    };
  });
}

/** Kills the worker each time the hub gets this checkpoint of a job, counted from its first. */
function killedAt(counts: readonly number[], worker: () => ChildProcess): void {
  let checkpoints = 0;
  hub.obstacle = (call) => {
    if (call === 'PUT /jobs/ID/checkpoint' && counts.includes(++checkpoints)) worker().kill('SIGKILL');
    return undefined;
  };
}

async function trainSpec(epochs: number, others: RunRecord['recipe'] = {}): Promise<TrainSpec> {
  const { description, canonicalBytes } = await importDiabetes();
  await hub.blobs.put(canonicalBytes);
  const about = { name: 'diabetes', version: 1, createdMs: 0, origin: 'file', parents: [], cleaning: [] };
  const data: DatasetRecord = { ...about, ...description };
  const run: RunRecord = {
    ...{
      id: 'run-1',
      model: 'm',
      state: 'training',
      recipe: { epochs, patience: epochs, ...others },
      seed: 3,
      jobId: null,
    },
    ...{
      dataset: { name: 'diabetes', version: 1, digest: data.digest },
      heldOut: null,
      recentFromRow: null,
      results: {},
      version: null,
    },
    ...{ cause: { kind: 'request', ref: 'test' }, error: null, createdMs: 0, updatedMs: 0 },
  };
  return trainJobSpec(run, data);
}

describe('the worker process', () => {
  test('ends cleanly on SIGTERM and gives its job back', async () => {
    const reading = called('GET /blobs/ID');
    const id = await hub.enqueue('train', await trainSpec(10_000));
    const child = workerProcess('worker-1');
    await reading;
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(await hub.store.jobs.find(id)).toMatchObject({ state: 'queued', attempt: 1 });
  });

  test('ends when the hub that started it is gone', async () => {
    const asking = called('POST /jobs/lease');
    const child = workerProcess('worker-1');
    await asking;
    child.disconnect();
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  test('killed in the middle of a job, leaves it to the next worker, which gets the same model', async () => {
    const spec = await trainSpec(1_000);
    const whole = hub.nextEnd();
    await hub.enqueue('train', spec);
    const first = workerProcess('worker-1');
    const { floatModel } = TrainResultSchema.parse((await whole).result);

    const reading = called('POST /jobs/ID/heartbeat');
    const id = await hub.enqueue('train', spec);
    await reading;
    first.kill('SIGKILL');
    await once(first, 'exit');
    hub.aheadMs = 31_000;
    const end = hub.nextEnd();
    workerProcess('worker-2');
    const job = await end;
    expect(job).toMatchObject({ id, state: 'done', attempt: 2 });
    expect(TrainResultSchema.parse(job.result).floatModel).toEqual(floatModel);
  });

  test('killed twice between checkpoints, is followed by workers that go on to the same bits', async () => {
    // 68 steps an epoch, of which 16 go into one run: checkpoints come in the middle of epochs and at their ends.
    const spec = await trainSpec(8, { batchSize: 8, checkpointSteps: 3, averageDecay: 0.99, gradientClipping: 1 });
    const whole = hub.nextEnd();
    await hub.enqueue('train', spec);
    let worker = workerProcess('worker-1');
    const undisturbed = TrainResultSchema.parse((await whole).result);

    killedAt([7, 21], () => worker);
    const end = hub.nextEnd();
    const id = await hub.enqueue('train', spec);
    for (const name of ['worker-2', 'worker-3']) {
      await once(worker, 'exit');
      hub.aheadMs += 31_000;
      worker = workerProcess(name);
    }
    const job = await end;
    expect(job).toMatchObject({ id, state: 'done', attempt: 3 });
    const { floatModel, trainingRecord } = TrainResultSchema.parse(job.result);
    expect(floatModel).toEqual(undisturbed.floatModel);
    expect(trainingRecord.curve).toEqual(undisturbed.trainingRecord.curve);
    expect(trainingRecord.notes).toEqual([expect.stringMatching(/^went on from a checkpoint in epoch [345], after/)]);
    const { steps, epochs } = await hub.store.jobMetrics.list(id);
    expect(epochs).toEqual(trainingRecord.curve);
    expect(steps.map(({ step }) => step)).toEqual(Array.from({ length: 8 * 68 }, (_, at) => at + 1));
  });

  test('says why it cannot start and ends with an error', async () => {
    const child = workerProcess('worker-1', 'elt_wrong');
    let said = '';
    child.stderr?.on('data', (piece) => {
      said += piece;
    });
    expect(await once(child, 'exit')).toEqual([1, null]);
    expect(said).toBe('worker: POST /jobs/lease was answered with 401\n');
  });
});
