import type { Ack, MessageInput, ProblemCode } from '@edgeloop/protocol';
import { isProblemCode, ProtocolError } from '@edgeloop/protocol';
import type { Clock } from '../clock.ts';
import { messageOf } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { Store } from '../store/store.ts';
import type { Channel, Frame } from './channel.ts';
import { type FramePlan, type JudgedFrame, planFrames } from './frame-plan.ts';
import { emptyTotals, type IngestTotals } from './ingest-totals.ts';
import type { Numbered } from './sequence-plan.ts';

/** Frames that come within this time share one commit, and so one wait for the disk. */
const GATHER_MS = 5;
const MOST_FRAMES_PER_COMMIT = 64;
/** With this many frames waiting, devices are made to wait too. */
const HIGH_WATER_FRAMES = 256;
const BOOT_ID_PATTERN = /^[A-Za-z0-9-]{1,64}$/;

export interface ChannelIngestParts<Item extends Numbered> {
  readonly channel: Channel<Item>;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Logger;
  sendAck(deviceId: string, ack: MessageInput<Ack>): Promise<void>;
  refuse(refusal: {
    deviceId: string;
    code: ProblemCode;
    message: string;
    detail?: Readonly<Record<string, unknown>>;
  }): Promise<void>;
}

interface Waiting<Item extends Numbered> {
  readonly deviceId: string;
  readonly receivedMs: number;
  readonly frame: Frame<Item>;
}

/**
 * Takes in one channel: every item is stored exactly once, in order, and acknowledged only after its commit.
 *
 * Items, rollups and watermark change in one transaction; frames of all devices are committed in groups.
 */
export class ChannelIngest<Item extends Numbered> {
  readonly totals: IngestTotals = emptyTotals();
  readonly #parts: ChannelIngestParts<Item>;
  readonly #answers = new Set<Promise<void>>();
  #waiting: Waiting<Item>[] = [];
  #gatherTimer: NodeJS.Timeout | undefined;
  #draining: Promise<void> | undefined;

  constructor(parts: ChannelIngestParts<Item>) {
    this.#parts = parts;
  }

  /** Takes one message. Never rejects; resolves at once unless too much waits. */
  async receive(deviceId: string, bytes: Uint8Array): Promise<void> {
    const frame = this.#decode(deviceId, bytes);
    if (!frame) return;
    this.totals.frames++;
    this.totals.bytes += bytes.length;
    this.#waiting.push({ deviceId, receivedMs: this.#parts.clock.nowMs(), frame });
    if (this.#waiting.length >= MOST_FRAMES_PER_COMMIT) this.#startDraining();
    else this.#gatherTimer ??= setTimeout(() => this.#startDraining(), GATHER_MS);
    if (this.#waiting.length >= HIGH_WATER_FRAMES) await this.#draining;
  }

  /** Stores and acknowledges what waits. */
  async flush(): Promise<void> {
    this.#startDraining();
    await this.#draining;
    await Promise.all(this.#answers);
  }

  #decode(deviceId: string, bytes: Uint8Array): Frame<Item> | undefined {
    const { channel } = this.#parts;
    try {
      const frame = channel.decode(bytes);
      if (BOOT_ID_PATTERN.test(frame.bootId)) return frame;
      this.#unreadable(deviceId, 'MALFORMED_MESSAGE', `${channel.name}: expected a boot id, got other text`);
    } catch (error) {
      const code = error instanceof ProtocolError && isProblemCode(error.code) ? error.code : 'MALFORMED_MESSAGE';
      this.#unreadable(deviceId, code, messageOf(error));
    }
    return undefined;
  }

  /** No boot can be named, so this Ack acknowledges nothing; it only says why. */
  #unreadable(deviceId: string, code: ProblemCode, message: string): void {
    this.totals.malformed++;
    const { channel, refuse } = this.#parts;
    this.#later(refuse({ deviceId, code, message, detail: { channel: channel.name } }));
    const rejections = [{ sequence: 0, code, message }];
    this.#answer(deviceId, { bootId: '', channel: channel.name, upToSequence: 0, rejections });
  }

  #startDraining(): void {
    clearTimeout(this.#gatherTimer);
    this.#gatherTimer = undefined;
    this.#draining ??= this.#drain().finally(() => {
      this.#draining = undefined;
    });
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) await this.#take(this.#waiting.splice(0, MOST_FRAMES_PER_COMMIT));
  }

  /** Never rejects. What cannot be stored holds up nobody but its own boot: the others are tried without it. */
  async #take(batch: readonly Waiting<Item>[]): Promise<void> {
    try {
      await this.#commit(await this.#judge(batch));
    } catch (error) {
      const groups = groupByBoot(batch);
      if (groups.size === 1) return this.#notStored(batch, error);
      for (const group of groups.values()) await this.#take(group);
    }
  }

  /** Not acknowledged, so the device sends it again; a disk that is full today may have room tomorrow. */
  async #notStored([first, ...more]: readonly Waiting<Item>[], error: unknown): Promise<void> {
    if (first === undefined) return;
    const { log, channel, refuse } = this.#parts;
    const { deviceId } = first;
    const cause = messageOf(error);
    log.error({ channel: channel.name, deviceId, frames: more.length + 1, cause }, 'frames are not stored');
    await refuse({ deviceId, code: 'STORAGE_FULL', message: `${channel.name} is not stored: ${cause}` });
  }

  async #judge(batch: readonly Waiting<Item>[]): Promise<JudgedFrame<Item>[]> {
    const { channel } = this.#parts;
    const judged: JudgedFrame<Item>[] = [];
    for (const waiting of batch) {
      const faults = await Promise.all(waiting.frame.items.map((item) => channel.judge(item)));
      judged.push({ ...waiting, faults });
    }
    return judged;
  }

  async #commit(frames: readonly JudgedFrame<Item>[]): Promise<void> {
    const { store, channel } = this.#parts;
    const boots = [...groupByBoot(frames)];
    const plans = await store.transaction(async (tx) => {
      const made: FramePlan<Item>[] = [];
      for (const [, group] of boots) made.push(await this.#planBoot(tx, group));
      await channel.keep(
        tx,
        made.flatMap((plan) => plan.keep),
      );
      return made;
    });
    for (const [index, plan] of plans.entries()) {
      const sender = boots[index]?.[1][0];
      if (sender) this.#finish(sender.deviceId, sender.frame.bootId, plan);
    }
    channel.kept(plans.flatMap((plan) => plan.keep));
  }

  async #planBoot(tx: Store, frames: readonly JudgedFrame<Item>[]): Promise<FramePlan<Item>> {
    const { channel } = this.#parts;
    const [first] = frames;
    const deviceId = first?.deviceId ?? '';
    const bootId = first?.frame.bootId ?? '';
    const storedUpTo = await tx.telemetry.watermark(deviceId, bootId, channel.name);
    const plan = planFrames(frames, storedUpTo);
    if (plan.upTo > storedUpTo) await tx.telemetry.setWatermark(deviceId, bootId, channel.name, plan.upTo);
    return plan;
  }

  #finish(deviceId: string, bootId: string, plan: FramePlan<Item>): void {
    const { channel, refuse } = this.#parts;
    this.totals.stored += plan.keep.length;
    this.totals.duplicates += plan.duplicates;
    this.totals.gaps += plan.gaps;
    this.totals.rejected += plan.rejections.length;
    for (const { code, message, sequence } of plan.rejections) {
      const detail = { channel: channel.name, bootId, sequence };
      this.#later(refuse({ deviceId, code, message: `${channel.name} ${sequence}: ${message}`, detail }));
    }
    this.#answer(deviceId, {
      bootId,
      channel: channel.name,
      upToSequence: plan.upTo,
      rejections: plan.rejections,
    });
  }

  #answer(deviceId: string, ack: MessageInput<Ack>): void {
    this.#later(
      this.#parts.sendAck(deviceId, ack).catch((error) => {
        // Sent again by the device, which is then acknowledged again.
        this.#parts.log.warn({ deviceId, cause: messageOf(error) }, 'an acknowledgement is not sent');
      }),
    );
  }

  /** A device that reads slowly must not hold up the next commit. */
  #later(work: Promise<void>): void {
    this.#answers.add(work);
    work.finally(() => this.#answers.delete(work)).catch(() => undefined);
  }
}

function groupByBoot<Part extends Waiting<Numbered>>(parts: readonly Part[]): Map<string, Part[]> {
  const groups = new Map<string, Part[]>();
  for (const part of parts) {
    const key = `${part.deviceId} ${part.frame.bootId}`;
    const group = groups.get(key);
    if (group) group.push(part);
    else groups.set(key, [part]);
  }
  return groups;
}
