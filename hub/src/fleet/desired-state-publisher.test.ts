import { DesiredState, digestHex, PAYLOAD_TYPES, topics, verifyEnvelope } from '@edgeloop/protocol';
import { describe, expect, it } from 'vitest';
import { silentLogger } from '../log.ts';
import { openFleet, SAMPLES } from '../testing/fleet-rig.ts';
import { DeviceKey, START_MS } from '../testing/hub-rig.ts';
import { DesiredStatePublisher } from './desired-state-publisher.ts';

describe('DesiredStatePublisher', () => {
  it('publishes what the store says, signed and retained, with the release cut into chunks', async () => {
    const { store, blobs, broker, identity, clock, version, assign } = await openFleet();
    const publisher = new DesiredStatePublisher({
      store,
      blobs,
      broker,
      signer: identity.signer,
      clock,
      log: silentLogger,
    });
    await publisher.publish('dev-1');
    expect(broker.published).toEqual([]);
    await assign('dev-1');
    await publisher.publish('dev-1');
    const [message] = broker.published;
    expect(message).toMatchObject({ topic: topics.desired.build('dev-1'), qos: 1, retain: true });
    const keys = identity.keys.map(({ publicKeyPem }) => ({ publicKey: publicKeyPem }));
    const payload = verifyEnvelope(message?.payload ?? new Uint8Array(), {
      payloadType: PAYLOAD_TYPES.desiredState,
      keys,
    });
    const state = DesiredState.decode(payload);
    expect(state).toMatchObject({ deviceId: 'dev-1', generation: 1, issuedMs: START_MS });
    const [slot] = state.slots;
    expect(slot).toMatchObject({ slot: 'default', model: 'pump', version: 1, samples: SAMPLES });
    expect(slot?.release && digestHex(slot.release)).toBe(version.releaseDigest);
  });

  it('never lets an older state follow a newer one', async () => {
    const { store, blobs, broker, identity, clock, assign } = await openFleet();
    const publisher = new DesiredStatePublisher({
      store,
      blobs,
      broker,
      signer: identity.signer,
      clock,
      log: silentLogger,
    });
    const work: Promise<unknown>[] = [];
    for (let i = 0; i < 10; i++) {
      await assign('dev-1', `slot-${i}`);
      work.push(publisher.publish('dev-1'));
    }
    await Promise.all(work);
    const generations = broker.published.map(
      ({ payload }) =>
        DesiredState.decode(
          verifyEnvelope(payload, {
            payloadType: PAYLOAD_TYPES.desiredState,
            keys: identity.keys.map(({ publicKeyPem }) => ({ publicKey: publicKeyPem })),
          }),
        ).generation,
    );
    expect(generations).toEqual([...generations].sort((a, b) => a - b));
    expect(generations.at(-1)).toBe(10);
  });

  it('tells every device after a start, but none that was revoked', async () => {
    const { store, blobs, broker, identity, clock, assign } = await openFleet();
    for (const id of ['dev-2', 'dev-3']) await new DeviceKey(id).addTo(store);
    for (const id of ['dev-1', 'dev-2', 'dev-3']) await assign(id);
    await store.devices.revoke('dev-2', START_MS);
    const parts = { store, blobs, broker, signer: identity.signer, clock, log: silentLogger };
    await new DesiredStatePublisher(parts).publishAll();
    expect(broker.published.map(({ topic }) => topic)).toEqual([
      topics.desired.build('dev-1'),
      topics.desired.build('dev-3'),
    ]);
  });
});
