import {
  type BlobRef,
  DesiredState,
  describeBlob,
  type MessageInput,
  PAYLOAD_TYPES,
  SignedEnvelope,
  type Signer,
  signEnvelope,
  topics,
} from '@edgeloop/protocol';
import type { Broker } from '../broker/broker.ts';
import type { Clock } from '../clock.ts';
import { messageOf } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { BlobStore } from '../store/blob-store.ts';
import type { DesiredSlotRecord, DeviceRecord } from '../store/device-store.ts';
import type { Store } from '../store/store.ts';
import type { DesiredPublisher } from './desired-publisher.ts';

export interface DesiredStatePublisherParts {
  readonly store: Store;
  readonly blobs: BlobStore;
  readonly broker: Broker;
  readonly signer: Signer;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Publishes signed desired states as the store has them. */
export class DesiredStatePublisher implements DesiredPublisher {
  readonly #parts: DesiredStatePublisherParts;
  readonly #refs = new Map<string, BlobRef>();
  readonly #published = new Map<string, Promise<void>>();

  constructor(parts: DesiredStatePublisherParts) {
    this.#parts = parts;
  }

  async publish(deviceId: string): Promise<void> {
    // One after another per device: an older state must never replace a newer one.
    const before = this.#published.get(deviceId) ?? Promise.resolve();
    const mine = before.catch(() => undefined).then(() => this.#publishNow(deviceId));
    this.#published.set(deviceId, mine);
    try {
      await mine;
    } finally {
      if (this.#published.get(deviceId) === mine) this.#published.delete(deviceId);
    }
  }

  async publishAll(): Promise<void> {
    for (const device of await this.#parts.store.devices.list()) {
      try {
        await this.publish(device.id);
      } catch (error) {
        // One damaged release must not keep the rest of the fleet from its own.
        this.#parts.log.error({ deviceId: device.id, cause: messageOf(error) }, 'a desired state is not published');
      }
    }
  }

  async #publishNow(deviceId: string): Promise<void> {
    const { store, broker, signer } = this.#parts;
    // One snapshot: a generation must never travel with the slots of another.
    const { device, slots } = await store.transaction(async (tx) => ({
      device: await tx.devices.find(deviceId),
      slots: await tx.devices.desiredSlots(deviceId),
    }));
    // Generation 0: nobody has asked anything of this device yet.
    if (!device || device.revokedMs !== null || device.desiredGeneration === 0) return;
    const payload = DesiredState.encode(await this.#build(device, slots));
    const envelope = await signEnvelope(PAYLOAD_TYPES.desiredState, payload, [signer]);
    await broker.publish(topics.desired.build(deviceId), SignedEnvelope.encode(envelope), { qos: 1, retain: true });
  }

  async #build(device: DeviceRecord, slots: readonly DesiredSlotRecord[]): Promise<MessageInput<DesiredState>> {
    return {
      deviceId: device.id,
      generation: device.desiredGeneration,
      issuedMs: this.#parts.clock.nowMs(),
      slots: await Promise.all(
        slots.map(async ({ slot, model, version, releaseDigest, samples }) => ({
          slot,
          model,
          version,
          release: await this.#ref(releaseDigest),
          samples,
        })),
      ),
      settings: { windowMs: 0 },
    };
  }

  async #ref(digest: string): Promise<BlobRef> {
    const known = this.#refs.get(digest);
    if (known) return known;
    const ref = describeBlob(await this.#parts.blobs.get(digest));
    this.#refs.set(digest, ref);
    return ref;
  }
}
