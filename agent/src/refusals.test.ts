import {
  Command,
  DesiredState,
  digestHex,
  PAYLOAD_TYPES,
  type ReportedState,
  SignedEnvelope,
  topics,
} from '@edgeloop/protocol';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type AgentProcess, startTestHub, waitFor } from './test-rig/agent-process.ts';
import { replayAgent, runs, slotOf } from './test-rig/replay-agent.ts';
import type { TestHub } from './test-rig/test-hub.ts';
import { leftOrRight, makeTestKey, makeTestRelease, sealed, type TestRelease } from './test-rig/test-release.ts';

async function startAgent(): Promise<{ hub: TestHub; agent: AgentProcess; first: TestRelease }> {
  const hub = await startTestHub(onTestFinished);
  const agent = await replayAgent(hub, { rowsPerSecond: 20 }, onTestFinished);
  const first = await makeTestRelease({ version: 1, key: hub.key });
  hub.offer(first);
  await hub.desire(agent.deviceId, first);
  agent.start();
  await waitFor(() => runs(hub, 1));
  return { hub, agent, first };
}

const problem = (hub: TestHub, code: string): ReportedState | undefined =>
  hub.states.find((state) => state.problems.some((found) => found.code === code));

describe('an agent that is told something wrong', () => {
  it('reports each desired state it refuses, keeps its model, and takes the next good one', async () => {
    const { hub, agent, first } = await startAgent();
    const second = await makeTestRelease({ version: 2, key: hub.key });
    hub.offer(second);
    const desired = DesiredState.encode({ deviceId: 'device-2', generation: 50 });
    const tampered = SignedEnvelope.decode(await sealed(PAYLOAD_TYPES.desiredState, desired, [hub.key]));
    tampered.payload = DesiredState.encode({ deviceId: 'device-1', generation: 50 });
    const wrong: readonly (readonly [string, Uint8Array])[] = [
      ['UNKNOWN_KEY', await sealed(PAYLOAD_TYPES.desiredState, desired, [makeTestKey()])],
      ['SIGNATURE_INVALID', SignedEnvelope.encode(tampered)],
      ['WRONG_DEVICE', await sealed(PAYLOAD_TYPES.desiredState, desired, [hub.key])],
      ['MALFORMED_MESSAGE', Uint8Array.from([0xff, 0xff])],
      ['UNSUPPORTED_PROTOCOL_VERSION', await sealed(PAYLOAD_TYPES.desiredState, Uint8Array.from([8, 99]), [hub.key])],
    ];
    for (const [code, envelope] of wrong) {
      await hub.publishDesired(agent.deviceId, envelope);
      await waitFor(() => problem(hub, code));
    }
    await hub.desire(agent.deviceId, first, { desired: { generation: 0 } });
    await waitFor(() => problem(hub, 'GENERATION_OLD'));
    expect(slotOf(hub)).toMatchObject({ phase: 'running', running: { version: 1 } });
    await hub.desire(agent.deviceId, second);
    await waitFor(() => runs(hub, 2));
    await waitFor(() => hub.lastState()?.problems.length === 0);
    expect(await agent.stop()).toBe('0');
  }, 90_000);

  it('refuses commands it does not know and obeys those it does', async () => {
    const { hub, agent } = await startAgent();
    await hub.publishCommand(agent.deviceId, Command.encode({ id: '1', kind: 'dance' }));
    await waitFor(() => problem(hub, 'UNKNOWN_COMMAND'));
    const tests = hub.states.length;
    await hub.publishCommand(agent.deviceId, Command.encode({ id: '2', kind: 'self-test', slot: 'default' }));
    await waitFor(() => hub.states.length > tests && slotOf(hub)?.selfTest?.passed);
    expect(topics.command.build(agent.deviceId)).toContain('device-1');
    await agent.stop();
  }, 90_000);
});

describe('a release that cannot be run', () => {
  const cases: readonly (readonly [string, string, (hub: TestHub) => Promise<TestRelease>])[] = [
    ['signed by somebody else', 'UNKNOWN_KEY', () => makeTestRelease({ version: 2, key: makeTestKey() })],
    [
      'of another version than desired state says',
      'UNKNOWN_RELEASE',
      async (hub) => ({ ...(await makeTestRelease({ version: 3, key: hub.key })), version: 2 }),
    ],
    [
      'too large for the profile',
      'MODEL_TOO_LARGE',
      (hub) =>
        makeTestRelease({
          version: 2,
          key: hub.key,
          variants: [{ name: 'float32', model: leftOrRight(4), overrides: { weightBytes: 1e12 } }],
        }),
    ],
    [
      'without a variant for the profile',
      'NO_VARIANT',
      (hub) =>
        makeTestRelease({
          version: 2,
          key: hub.key,
          variants: [{ name: 'float32', model: leftOrRight(4), overrides: { profiles: ['jetson-orin-nano'] } }],
        }),
    ],
    [
      'that computes other outputs than the golden ones',
      'SELF_TEST_FAILED',
      (hub) =>
        makeTestRelease({
          version: 2,
          key: hub.key,
          variants: [{ name: 'float32', model: leftOrRight(4), goldenError: 0.1 }],
        }),
    ],
    [
      'whose model is no model',
      'SELF_TEST_FAILED',
      (hub) =>
        makeTestRelease({
          version: 2,
          key: hub.key,
          variants: [{ name: 'float32', model: leftOrRight(4), modelBytes: new Uint8Array(500).fill(7) }],
        }),
    ],
  ];
  for (const [title, code, make] of cases) {
    it(`${title} is refused with ${code}; the old one keeps serving`, async () => {
      const { hub, agent } = await startAgent();
      const release = await make(hub);
      hub.offer(release);
      await hub.desire(agent.deviceId, release);
      const slot = await waitFor(() => (slotOf(hub)?.phase === 'refused' ? slotOf(hub) : undefined));
      expect(slot).toMatchObject({ running: { version: 1 }, wantedVersion: 2, problem: { code } });
      await agent.stop();
    }, 90_000);
  }

  it('is fetched with other chunks when some come truncated or garbled', async () => {
    const { hub, agent } = await startAgent();
    const release = await makeTestRelease({
      version: 2,
      key: hub.key,
      variants: [{ name: 'float32', model: leftOrRight(4, 40_000) }],
    });
    hub.offer(release);
    const seen = new Set<string>();
    hub.meddle = (digest, index, payload) => {
      const name = `${digest} ${index}`;
      if (seen.has(name)) return payload;
      seen.add(name);
      if (index % 3 === 0) return payload.slice(0, payload.length - 5);
      return index % 3 === 1 ? payload.map((byte) => byte ^ 1) : undefined;
    };
    await hub.desire(agent.deviceId, release);
    const slot = await waitFor(() => runs(hub, 2));
    expect(digestHex(slot.running!.modelDigest)).toBe(release.modelDigests[0]);
    await agent.stop();
  }, 90_000);

  it('is given up when no chunk is ever right', async () => {
    const { hub, agent } = await startAgent();
    const release = await makeTestRelease({
      version: 2,
      key: hub.key,
      variants: [{ name: 'float32', model: leftOrRight(4, 200_000) }],
      chunkBytes: 1_024,
    });
    hub.offer(release);
    hub.meddle = (_digest, _index, payload) => payload.map((byte) => byte ^ 1);
    await hub.desire(agent.deviceId, release);
    const slot = await waitFor(() => (slotOf(hub)?.phase === 'refused' ? slotOf(hub) : undefined));
    expect(slot).toMatchObject({ running: { version: 1 }, problem: { code: 'CHUNK_INVALID' } });
    await agent.stop();
  }, 60_000);

  it('runs in its float form when the small form fails its self-test', async () => {
    const { hub, agent } = await startAgent();
    const release = await makeTestRelease({
      version: 2,
      key: hub.key,
      variants: [
        { name: 'int8-static', model: leftOrRight(5), goldenError: 0.1 },
        { name: 'float32', model: leftOrRight(4) },
      ],
    });
    hub.offer(release);
    await hub.desire(agent.deviceId, release);
    const slot = await waitFor(() => runs(hub, 2));
    expect(slot.running).toMatchObject({ variant: 'float32' });
    await agent.stop();
  }, 90_000);
});

describe('a device that the hub does not know', () => {
  it('says so in its log and keeps trying slowly', async () => {
    const hub = await startTestHub(onTestFinished);
    const agent = await replayAgent(hub, { rowsPerSecond: 20 }, onTestFinished);
    hub.admit(agent.deviceId, makeTestKey().publicKeyPem);
    agent.start();
    await waitFor(() => agent.log.includes('"refused":true'));
    expect(hub.refused).toBe(1);
    expect(agent.log).toMatch(/"retryMs":[0-9]{4,}/);
    await agent.stop();
  }, 90_000);
});
