import { Birth, Death, ReportedState } from '@edgeloop/protocol';
import { describe, expect, it } from 'vitest';
import { silentLogger } from '../log.ts';
import { openFleet } from '../testing/fleet-rig.ts';
import { Presence } from './presence.ts';

describe('Presence', () => {
  async function openPresence() {
    const fleet = await openFleet();
    const reports: string[] = [];
    const { store, clock, refuse } = fleet;
    const onReport = (deviceId: string) => void reports.push(deviceId);
    const presence = new Presence({ store, clock, log: silentLogger, refuse, onReport });
    const birth = (bootId: string, deviceId = 'dev-1') =>
      Birth.encode({ deviceId, bootId, agentVersion: '2', profile: 'simulated', profileReason: 'told', sentMs: 1 });
    const isOnline = async () => (await store.devices.find('dev-1'))?.online;
    const kinds = async () => (await store.events.list({ deviceId: 'dev-1' })).map(({ kind }) => kind);
    return { ...fleet, presence, birth, reports, isOnline, kinds };
  }

  it('knows a device from its birth to the end of its connection', async () => {
    const { presence, birth, isOnline, kinds, store } = await openPresence();
    await presence.connected('dev-1');
    expect(await isOnline()).toBe(false);
    await presence.birth('dev-1', birth('boot-1'));
    expect(await store.devices.find('dev-1')).toMatchObject({ online: true, bootId: 'boot-1', agentVersion: '2' });
    await presence.disconnected('dev-1');
    expect(await isOnline()).toBe(false);
    expect(await kinds()).toEqual(['device.online', 'device.offline']);
  });

  it('is not misled by the last will of a connection that was taken over', async () => {
    const { presence, birth, isOnline } = await openPresence();
    await presence.connected('dev-1');
    await presence.birth('dev-1', birth('boot-1'));
    await presence.disconnected('dev-1');
    await presence.connected('dev-1');
    await presence.birth('dev-1', birth('boot-1'));
    await presence.death('dev-1', Death.encode({ bootId: 'boot-1', reason: 'lost' }));
    await presence.death('dev-1', Death.encode({ bootId: 'an-older-boot', reason: 'stopped' }));
    expect(await isOnline()).toBe(true);
    await presence.death('dev-1', Death.encode({ bootId: 'boot-1', reason: 'stopped' }));
    expect(await isOnline()).toBe(false);
  });

  it('knows after a start that nobody is there yet', async () => {
    const { presence, birth, isOnline } = await openPresence();
    await presence.birth('dev-1', birth('boot-1'));
    await presence.start();
    expect(await isOnline()).toBe(false);
  });

  it('tells the operator of each new problem once', async () => {
    const { presence, store, reports } = await openPresence();
    const problem = { code: 'SELF_TEST_FAILED', message: 'deviates by 0.3', atMs: 5 };
    const report = ReportedState.encode({
      bootId: 'boot-1',
      desiredGeneration: 1,
      slots: [{ slot: 'default', phase: 'refused', wantedModel: 'pump', wantedVersion: 1, problem }],
    });
    for (let i = 0; i < 3; i++) await presence.report('dev-1', report);
    const events = await store.events.list({ kind: 'device.problem' });
    expect(events).toMatchObject([{ deviceId: 'dev-1', model: 'pump', code: 'SELF_TEST_FAILED', level: 'warning' }]);
    expect(reports).toEqual(['dev-1', 'dev-1', 'dev-1']);
    expect((await store.devices.find('dev-1'))?.reported?.slots[0]?.phase).toBe('refused');
  });

  it('tells of a problem that is met again and again once, and once more when it comes back after it was over', async () => {
    const { presence, store } = await openPresence();
    const report = (...times: number[]) =>
      ReportedState.encode({
        bootId: 'boot-1',
        desiredGeneration: 1,
        problems: times.map((atMs) => ({ code: 'SOURCE_FAILED', message: 'no such column', atMs })),
      });
    const events = async () => (await store.events.list({ kind: 'device.problem' })).length;
    for (const atMs of [5, 10, 15]) await presence.report('dev-1', report(atMs));
    expect(await events()).toBe(1);
    await presence.report('dev-1', report());
    await presence.report('dev-1', report(25));
    expect(await events()).toBe(2);
  });

  it('refuses births under another name, other protocol versions, and bytes that are no message', async () => {
    const { presence, birth, refused } = await openPresence();
    await presence.birth('dev-1', birth('boot-1', 'dev-2'));
    await presence.report('dev-1', Buffer.from([0x08, 99]));
    await presence.birth('dev-1', Buffer.from('not protobuf at all'));
    expect(refused.map(({ code }) => code)).toEqual([
      'WRONG_DEVICE',
      'UNSUPPORTED_PROTOCOL_VERSION',
      'MALFORMED_MESSAGE',
    ]);
  });
});
