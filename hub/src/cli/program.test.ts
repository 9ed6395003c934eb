import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RunRecord } from '../store/run-store.ts';
import { openCommandLine } from '../testing/command-line.ts';
import { addVersion, DeviceKey, temporaryFolder } from '../testing/hub-rig.ts';
import { readSse } from './follow-events.ts';

describe('edgeloop', () => {
  it('answers with tables for people and with JSON for programs', async () => {
    const { run, store } = await openCommandLine();
    expect((await run('devices', 'list')).out).toContain('no devices');
    await new DeviceKey('dev-1').addTo(store);
    const table = await run('devices', 'list');
    expect(table.code).toBe(0);
    expect(table.out.split('\n')[1]).toMatch(/^dev-1 +offline +simulated +nothing +nothing/);
    const json = await run('devices', 'list', '--json');
    expect(JSON.parse(json.out)).toMatchObject({ devices: [{ id: 'dev-1' }] });
    expect(json.err).toBe('');
  });

  it('prints only the token of an enrolment, so that a script can use it', async () => {
    const { run } = await openCommandLine();
    expect((await run('enroll-token', '--label', 'site=a', '--device', 'dev-1')).out).toMatch(/^ele_[\w-]{43}\n$/);
    expect((await run('enroll-token', 'list')).out).toMatch(/dev-1 +site=a/);
  });

  it('imports a file and shows what is in it', async () => {
    const { run } = await openCommandLine();
    const file = join(temporaryFolder(), 'toy.csv');
    writeFileSync(file, `a,y\n${Array.from({ length: 30 }, (_, i) => `${i},${i % 2 ? 'p' : 'q'}`).join('\n')}\n`);
    const imported = await run('datasets', 'import', file, '--name', 'toy', '--label', 'y');
    expect(imported).toMatchObject({ code: 0, err: '' });
    expect(imported.out).toMatch(/data set +toy@1\nrows +30\nlabel +y\nclasses +p, q/);
    expect((await run('datasets', 'rows', 'toy@1', '--limit', '2')).out).toBe('a  y\n0  q\n1  p\n');
  });

  it('shows some of the columns of images, and the label', async () => {
    const { run } = await openCommandLine();
    const file = join(temporaryFolder(), 'images.csv');
    const pixels = Array.from({ length: 100 }, (_, at) => `p${at}`);
    const rows = Array.from({ length: 30 }, (_, row) => [...pixels.map((_, at) => (at < 50 ? 0 : row)), 'ab'[row % 2]]);
    writeFileSync(file, `${[[...pixels, 'digit'], ...rows].map((row) => row.join(',')).join('\n')}\n`);
    const { out } = await run('datasets', 'import', file, '--name', 'images', '--label', 'digit');
    expect(out).toMatch(/cleaning +constant-column-kept p0: 30; .* p4: 30; constant-column-kept of 45 more columns\n/);
    expect(out).toMatch(/\np38 .*\ndigit .*\n\.\.\. and 61 more; --json has all\n$/);
    const json = JSON.parse((await run('datasets', 'show', 'images', '--json')).out);
    expect(json.columns).toHaveLength(101);
  });

  it('shows models and moves their aliases', async () => {
    const { run, ...rig } = await openCommandLine();
    await addVersion(rig);
    expect((await run('models', 'alias', 'pump@1', 'champion')).out).toBe('champion of pump moved from nothing to 1\n');
    expect((await run('models', 'list')).out).toMatch(/pump +1 +champion=1/);
    expect((await run('models', 'show', 'pump@1')).out).toMatch(/\nfloat32 +accepted /);
  });

  it('shows how a training goes', async () => {
    const { run, store, queue } = await openCommandLine();
    const jobId = await queue.enqueue({ kind: 'train', spec: {} });
    const record: RunRecord = {
      ...{ id: 'run-1', model: 'pump', state: 'training', recipe: {}, seed: 3, jobId, trainJobId: jobId },
      ...{ dataset: { name: 'pumps', version: 1, digest: '' }, heldOut: null, recentFromRow: null, results: {} },
      ...{ version: null, cause: { kind: 'request', ref: 'test' }, error: null, createdMs: 0, updatedMs: 0 },
    };
    await store.runs.add(record);
    expect((await run('runs', 'show', 'run-1')).out).toMatch(/stage +waiting for a worker\n/);
    expect((await run('runs', 'list')).out).toMatch(/run-1 +pump +training +waiting for a worker/);
    await queue.lease('gpu-1', ['train']);
    expect((await run('runs', 'show', 'run-1')).out).toMatch(/stage +-\n/);
    expect((await run('runs', 'metrics', 'run-1')).out).toBe('no figures yet\n');
    const epoch = (at: number, validationLoss: number) => ({
      ...{ epoch: at, trainLoss: 0.5, validationLoss, validationAccuracy: 0.9, validationBalancedAccuracy: 0.75 },
    });
    const steps = [{ step: 12, epoch: 1, loss: 0.25, learningRate: 0.004, samplesPerSecond: 123_456.7 }];
    const epochs = [epoch(1, 0.4), epoch(2, 0.3), epoch(3, 0.35)];
    await queue.record(jobId, 'gpu-1', { stride: 1, steps, epochs });
    expect((await run('runs', 'metrics', 'run-1')).out.split('\n').slice(0, 2)).toEqual([
      'EPOCH  TRAINING LOSS  VALIDATION LOSS  ACCURACY  BALANCED',
      '    1  0.5000         0.4000           90.00 %   75.00 %',
    ]);
    expect((await run('runs', 'metrics', 'run-1', '--steps')).out).toContain(
      '  12      1  0.2500  0.00400        123457',
    );
    expect(JSON.parse((await run('runs', 'metrics', 'run-1', '--json')).out)).toEqual({ steps, epochs });
    const newest = { digest: 'ab'.repeat(32), sizeBytes: 2_048, epoch: 4, step: 41, atMs: 0 };
    await store.jobs.setCheckpoints(jobId, { newest, superseded: null });
    const { out } = await run('runs', 'show', 'run-1');
    expect(out).toMatch(/last step +12: loss 0.2500, learning rate 0.00400, 123,457 rows\/s/);
    expect(out).toMatch(
      /best epoch +2: training loss 0.5000, validation loss 0.3000, accuracy 90.00 %, balanced 75.00 %/,
    );
    expect(out).toMatch(/checkpoint +epoch 4, step 41, 2.0 KiB, blob abababababababab/);
  });

  it('sets a retraining policy from a YAML file', async () => {
    const { run, ...rig } = await openCommandLine();
    await addVersion(rig);
    const file = join(temporaryFolder(), 'policy.yaml');
    const policy = `enabled: true
when: { driftChecks: 3, minLabelled: 500 }
data: { lastMs: 3600000, heldOutShare: 0.3 }
accept: { minGain: 0.01 }
then: { waves: [0.5, 1] }
coolDownMs: 60000
`;
    writeFileSync(file, policy);
    expect((await run('policy', 'set', 'pump', file)).code).toBe(0);
    expect((await run('policy', 'show', 'pump')).out).toContain('driftChecks: 3');
    writeFileSync(file, policy.replace('driftChecks: 3', 'driftChecks: none'));
    const refused = await run('policy', 'set', 'pump', file);
    expect(refused.code).toBe(1);
    expect(refused.err).toMatch(/^edgeloop: when\.driftChecks: .*\[INVALID_INPUT\]\n$/);
  });

  it('ends with 1 and one sentence when the hub refuses', async () => {
    const { run } = await openCommandLine();
    expect(await run('models', 'show', 'nope')).toEqual({
      code: 1,
      out: '',
      err: 'edgeloop: no model nope [NOT_FOUND]\n',
    });
    const wrongToken = await run('devices', 'list', '--token', 'elt_wrong');
    expect(wrongToken).toMatchObject({ code: 1, err: expect.stringContaining('[UNAUTHENTICATED]') });
    expect(wrongToken.err).not.toContain('elt_wrong');
  });

  it('ends with 1 when no hub is named, and says how to name one', async () => {
    const { run } = await openCommandLine({ EDGELOOP_URL: '' });
    const folder = temporaryFolder();
    const ended = await run('devices', 'list', '--data', folder);
    expect(ended.code).toBe(1);
    expect(ended.err).toContain('--url');
  });

  it('ends with 2 for a command line that makes no sense', async () => {
    const { run } = await openCommandLine();
    for (const argv of [['nonsense'], ['train', 'm'], ['models', 'alias', 'pump', 'champion'], ['devices', '--x']]) {
      const ended = await run(...argv);
      expect(ended.code, argv.join(' ')).toBe(2);
      expect(ended.err).toContain('error:');
    }
  });

  it('helps, and ends with 0', async () => {
    const { run } = await openCommandLine();
    for (const argv of [['--help'], ['hub', '--help'], ['rollouts', 'start', '--help'], ['--version']]) {
      expect((await run(...argv)).code, argv.join(' ')).toBe(0);
    }
    expect((await run('rollouts', 'start', '--help')).out).toContain('Example:');
  });
});

describe('readSse', () => {
  it('reads events however the bytes are cut', async () => {
    const text = ': hello\n\nevent: event\ndata: {"a":"ü"}\nid: 3\n\nevent: telemetry\ndata: 1\n\n';
    const bytes = Buffer.from(text);
    for (const step of [1, 5, bytes.length]) {
      const parts = async function* () {
        for (let at = 0; at < bytes.length; at += step) yield bytes.subarray(at, at + step);
      };
      const events: unknown[] = [];
      for await (const event of readSse(parts())) events.push(event);
      expect(events).toEqual([
        { event: 'event', data: '{"a":"ü"}' },
        { event: 'telemetry', data: '1' },
      ]);
    }
  });
});
