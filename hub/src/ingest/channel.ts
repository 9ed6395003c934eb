import type { ProblemCode } from '@edgeloop/protocol';
import type { Store } from '../store/store.ts';
import type { AckChannel } from '../store/telemetry-store.ts';
import type { Numbered } from './sequence-plan.ts';

/** One message of a device: numbered items of one boot. */
export interface Frame<Item extends Numbered> {
  readonly bootId: string;
  readonly items: readonly Item[];
}

/** An item with where it came from. */
export interface Received<Item extends Numbered> {
  readonly deviceId: string;
  readonly bootId: string;
  readonly receivedMs: number;
  readonly item: Item;
}

/** Why an item is not kept. */
export interface Fault {
  readonly code: ProblemCode;
  readonly message: string;
}

/** A Channel is one kind of numbered, acknowledged messages from devices: what they are, and where they are kept. */
export interface Channel<Item extends Numbered> {
  readonly name: AckChannel;

  /** @throws ProtocolError for bytes that are no message of this kind */
  decode(bytes: Uint8Array): Frame<Item>;

  /** What is wrong with an item, whatever its number; undefined when it may be kept. Must not write. */
  judge(item: Item): Promise<Fault | undefined>;

  /** Keeps items. Runs inside the transaction that moves their watermark. */
  keep(tx: Store, items: readonly Received<Item>[]): Promise<void>;

  /** Told after the commit. */
  kept(items: readonly Received<Item>[]): void;
}
