import { spawnSync } from 'node:child_process';
import { Agent as HttpAgent, request } from 'node:http';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { Aedes } from 'aedes';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { AgentStatus } from './agent-status.ts';
import { askStatus } from './device/status-socket.ts';
import { AgentProcess, FROM_SOURCE, startTestHub, waitFor } from './test-rig/agent-process.ts';
import { counted, replayAgent, runs } from './test-rig/replay-agent.ts';
import type { TestHub } from './test-rig/test-hub.ts';
import { makeTestRelease, type TestRelease } from './test-rig/test-release.ts';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));

async function offered(hub: TestHub, versions: number): Promise<TestRelease[]> {
  const numbers = Array.from({ length: versions }, (_, index) => index + 1);
  const releases = await Promise.all(numbers.map((version) => makeTestRelease({ version, key: hub.key })));
  for (const release of releases) hub.offer(release);
  return releases;
}

async function portOf(agent: AgentProcess): Promise<number> {
  for (;;) {
    const status = (await askStatus(agent.data)) as AgentStatus | undefined;
    const port = status?.slots[0]?.ports?.[0];
    if (port !== undefined && port > 0) return port;
  }
}

interface Answer {
  readonly status: number;
  readonly version: string;
  readonly waitedMs: number;
}

function infer(port: number, agent: HttpAgent): Promise<Answer> {
  const body = JSON.stringify({ inputs: [{ name: 'x', shape: [1, 2], datatype: 'FP32', data: [1, 0] }] });
  const startMs = performance.now();
  return new Promise((resolve, reject) => {
    const sent = request(
      { port, host: '127.0.0.1', path: '/v2/models/tiny/infer', method: 'POST', agent },
      (response) => {
        let text = '';
        response.on('data', (part) => {
          text += String(part);
        });
        response.on('end', () => {
          const { model_version: version } = JSON.parse(text) as { model_version: string };
          resolve({ status: response.statusCode ?? 0, version, waitedMs: performance.now() - startMs });
        });
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

describe('local requests while the model changes', () => {
  it('are all answered, over kept and over new connections', async () => {
    const hub = await startTestHub(onTestFinished);
    const [first, second] = await offered(hub, 2);
    const agent = await AgentProcess.prepare(
      hub,
      {
        profile: 'simulated',
        telemetry: { windowMs: 200 },
        trial: { seconds: 1 },
        slots: { default: { sources: [{ kind: 'http', port: 0 }], sinks: [] } },
      },
      onTestFinished,
    );
    await hub.desire(agent.deviceId, first);
    agent.start();
    await waitFor(() => runs(hub, 1));
    const port = await portOf(agent);
    const kept = new HttpAgent({ keepAlive: true, maxSockets: 4 });
    const fresh = new HttpAgent({ keepAlive: false });
    onTestFinished(() => kept.destroy());
    const answers: Promise<Answer>[] = [];
    let isSwapped = false;
    let left = 100;
    while (left > 0) {
      answers.push(infer(port, answers.length % 2 === 0 ? kept : fresh));
      // About 100 requests a second.
      await new Promise((resolve) => {
        setTimeout(resolve, 10);
      });
      if (answers.length === 50) await hub.desire(agent.deviceId, second);
      isSwapped ||= answers.length > 50 && runs(hub, 2) !== undefined;
      if (isSwapped) left -= 1;
    }
    const settled = await Promise.all(answers);
    expect(settled.filter(({ status }) => status !== 200)).toEqual([]);
    expect(new Set(settled.map(({ version }) => version))).toEqual(new Set(['1', '2']));
    expect(await agent.stop()).toBe('0');
    await waitFor(() => counted(hub) === answers.length);
    const slowest = Math.max(...settled.map(({ waitedMs }) => waitedMs));
    console.info(`${answers.length} requests over one swap, slowest answer ${slowest.toFixed(1)} ms`);
  }, 120_000);

  it('wait for the next runner when one is killed', async () => {
    const hub = await startTestHub(onTestFinished);
    const [first] = await offered(hub, 1);
    const agent = await AgentProcess.prepare(
      hub,
      { profile: 'simulated', slots: { default: { sources: [{ kind: 'http', port: 0 }], sinks: [] } } },
      onTestFinished,
    );
    await hub.desire(agent.deviceId, first);
    agent.start();
    await waitFor(() => runs(hub, 1));
    const port = await portOf(agent);
    const fresh = new HttpAgent({ keepAlive: false });
    const runner = spawnSync('pgrep', ['-P', String(agent.pid)], { encoding: 'utf8' }).stdout.trim();
    process.kill(Number(runner), 'SIGKILL');
    await waitFor(() => agent.log.includes('runner failed'));
    expect(await infer(port, fresh)).toMatchObject({ status: 200, version: '1' });
    await agent.stop();
  }, 90_000);
});

describe('readings from a local broker', () => {
  it('come in and predictions go out, also across a change of models', async () => {
    const aedes = await Aedes.createBroker();
    const server = createServer(aedes.handle);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(async () => {
      await new Promise<void>((resolve) => aedes.close(() => resolve()));
      server.close();
    });
    const address = server.address();
    const url = `mqtt://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
    const predictions: { predicted: string; version: number }[] = [];
    aedes.on('publish', (packet) => {
      if (packet.topic === 'out') predictions.push(JSON.parse(String(packet.payload)) as (typeof predictions)[number]);
    });
    const hub = await startTestHub(onTestFinished);
    const [first, second] = await offered(hub, 2);
    const slot = {
      sources: [{ kind: 'mqtt', url, topic: 'in' } as const],
      sinks: [{ kind: 'mqtt', url, topic: 'out' } as const],
    };
    const agent = await AgentProcess.prepare(
      hub,
      { profile: 'simulated', telemetry: { windowMs: 200 }, trial: { seconds: 1 }, slots: { default: slot } },
      onTestFinished,
    );
    await hub.desire(agent.deviceId, first);
    agent.start();
    await waitFor(() => runs(hub, 1));
    let sent = 0;
    const publish = (): void => {
      sent += 1;
      const payload = Buffer.from(JSON.stringify({ a: 1, b: 0 }));
      aedes.publish({ cmd: 'publish', dup: false, retain: false, qos: 1, topic: 'in', payload }, () => undefined);
    };
    await waitFor(() => {
      publish();
      return predictions.length > 0;
    });
    const before = sent;
    await hub.desire(agent.deviceId, second);
    await waitFor(() => {
      publish();
      return runs(hub, 2);
    });
    publish();
    await waitFor(() => counted(hub) >= sent - before);
    await waitFor(() => predictions.some(({ version }) => version === 2));
    expect(predictions.every(({ predicted }) => predicted === 'left')).toBe(true);
    expect(await agent.stop()).toBe('0');
  }, 120_000);
});

describe('samples', () => {
  it('leave the device as the policy says: within the budget, without the omitted field, with their label', async () => {
    const hub = await startTestHub(onTestFinished);
    const [first] = await offered(hub, 1);
    const agent = await replayAgent(hub, { rowsPerSecond: 400 }, onTestFinished);
    const samples = { kind: 'all', share: 0, perHour: 25, omitFields: ['b'] };
    await hub.desire(agent.deviceId, first, { samples });
    agent.start();
    await waitFor(() => hub.samples().length >= 25 && counted(hub) === 600);
    await agent.stop();
    expect(hub.samples().length).toBeLessThanOrEqual(26);
    for (const { fields, label } of hub.samples()) {
      expect(Object.keys(fields)).toEqual(['a']);
      expect(['left', 'right']).toContain(label);
    }
  }, 90_000);
});

describe('a device whose hub is away', () => {
  it('merges its windows, is killed while merging, and loses none', async () => {
    const hub = await startTestHub(onTestFinished);
    const [first] = await offered(hub, 1);
    const agent = await replayAgent(
      hub,
      { rowsPerSecond: 30, telemetry: { windowMs: 100, outboxBytes: 16_384 } },
      onTestFinished,
    );
    await hub.desire(agent.deviceId, first);
    agent.start();
    await waitFor(() => runs(hub, 1));
    const port = Number(new URL(hub.mqttUrl).port);
    await hub.stop();
    await agent.kill();
    agent.start('outbox.after-merge');
    expect(await agent.ended).toBe('SIGKILL');
    await hub.start(port);
    agent.start();
    await waitFor(() => counted(hub) >= 600);
    expect(await agent.stop()).toBe('0');
    expect(counted(hub)).toBe(600);
  }, 120_000);
});

describe('edgeloop-agent status', () => {
  const status = (agent: AgentProcess): { status: number | null; output: AgentStatus; text: string } => {
    const run = (...more: string[]) =>
      spawnSync(process.execPath, [...FROM_SOURCE, MAIN, 'status', '--data', agent.data, ...more], {
        encoding: 'utf8',
      });
    const json = run('--json');
    return { status: json.status, output: JSON.parse(json.stdout) as AgentStatus, text: run().stdout };
  };

  it('asks the agent that runs, reads the disk when none does, and keeps a second agent away', async () => {
    const hub = await startTestHub(onTestFinished);
    const [first] = await offered(hub, 1);
    const agent = await replayAgent(hub, { rowsPerSecond: 50 }, onTestFinished);
    await hub.desire(agent.deviceId, first);
    agent.start();
    await waitFor(() => runs(hub, 1));
    const running = status(agent);
    expect(running.output).toMatchObject({
      isRunning: true,
      isLinkUp: true,
      slots: [{ phase: 'running', version: 1 }],
    });
    expect(running.text).toContain('slot default: running, tiny@1 (float32)');
    const second = spawnSync(process.execPath, [...FROM_SOURCE, MAIN, 'run', '--data', agent.data], {
      encoding: 'utf8',
    });
    expect(second.status).toBe(1);
    expect(second.stderr).toContain('ALREADY_RUNNING');
    await agent.stop();
    expect(status(agent).output).toMatchObject({ isRunning: false, slots: [{ phase: 'running', version: 1 }] });
  }, 90_000);

  it('exits with 2 for a wrong command line and 1 for a device that is not enrolled', () => {
    const run = (...argv: string[]) =>
      spawnSync(process.execPath, [...FROM_SOURCE, MAIN, ...argv], { encoding: 'utf8' });
    expect(run('enroll').status).toBe(2);
    expect(run('dance').status).toBe(2);
    expect(run('--help').status).toBe(0);
    const status = run('status', '--data', '/nowhere', '--json');
    expect(status.status).toBe(1);
    expect(JSON.parse(status.stderr)).toMatchObject({ error: { code: 'NOT_ENROLLED' } });
  }, 90_000);
});
