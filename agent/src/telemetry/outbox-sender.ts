import type { Backoff } from '../backoff.ts';
import { faultPoint } from '../fault-point.ts';
import type { FrameLimits, NumberedFrame, Outbox } from '../store/outbox.ts';
import type { Cancel, Time } from '../time.ts';

/** How much is on its way at once, and how much fits into one message. */
export interface OutboxSenderLimits extends FrameLimits {
  readonly framesInFlight: number;
}

export const DEFAULT_SENDER_LIMITS: OutboxSenderLimits = { items: 64, bytes: 64 * 1024, framesInFlight: 4 };

/** What an OutboxSender needs. */
export interface OutboxSenderParts<Item> {
  readonly outbox: Outbox<Item>;
  readonly limits: OutboxSenderLimits;
  /** How long to wait for an acknowledgement before everything after the last one is sent again. */
  readonly patience: Backoff;
  readonly time: Time;
  /** Hands a frame to the link. May reject; the frame is then sent again when the patience ends. */
  publish(frame: NumberedFrame<Item>): Promise<void>;
  /** Told when the hub had forgotten what it once acknowledged. */
  onHubLostData(bootId: string, upToSequence: number): void;
}

interface InFlight {
  readonly bootId: string;
  readonly firstSequence: number;
  readonly lastSequence: number;
}

/**
 * Brings an outbox to the hub in order: a few frames at a time, and everything after the last acknowledgement again
 * when one stays away (go-back-N).
 */
export class OutboxSender<Item> {
  readonly #parts: OutboxSenderParts<Item>;
  #inFlight: InFlight[] = [];
  #cursor = 0;
  #isUp = false;
  #hasGoneBack = false;
  #cancelPatience: Cancel | undefined;
  #isPumping = false;

  constructor(parts: OutboxSenderParts<Item>) {
    this.#parts = parts;
  }

  /** The link is there: starts over after the last acknowledgement. */
  linkUp(): void {
    this.#isUp = true;
    this.#parts.patience.reset();
    this.#goBack();
  }

  /** The link is gone: nothing is sent until it is back. */
  linkDown(): void {
    this.#isUp = false;
    this.#inFlight = [];
    this.#stopWaiting();
  }

  /** Something was added to the outbox. */
  wake(): void {
    this.#pump();
  }

  /** The hub has stored everything of this boot up to this sequence. */
  acknowledge(bootId: string, upToSequence: number): void {
    const { outbox, patience } = this.#parts;
    const acknowledged = outbox.acknowledged(bootId);
    if (acknowledged === undefined) return;
    if (upToSequence < acknowledged) {
      outbox.rewind(bootId, upToSequence);
      this.#parts.onHubLostData(bootId, upToSequence);
      this.#goBack();
      return;
    }
    faultPoint('outbox.before-forget');
    const forgotten = outbox.acknowledge(bootId, upToSequence);
    faultPoint('outbox.after-forget');
    this.#inFlight = this.#inFlight.filter((frame) => frame.bootId !== bootId || frame.lastSequence > upToSequence);
    if (forgotten > 0) {
      this.#hasGoneBack = false;
      patience.reset();
      this.#stopWaiting();
    } else if (this.#missesFirst(bootId, upToSequence)) {
      // The hub answered something later, so what comes first was lost. Once per wait: it may as well be only late.
      this.#hasGoneBack = true;
      this.#goBack();
      return;
    }
    this.#pump();
  }

  /** Stops for good. */
  stop(): void {
    this.linkDown();
  }

  #missesFirst(bootId: string, upToSequence: number): boolean {
    const [first] = this.#inFlight;
    return first !== undefined && first.bootId === bootId && first.firstSequence > upToSequence && !this.#hasGoneBack;
  }

  #goBack(): void {
    this.#inFlight = [];
    this.#cursor = 0;
    this.#stopWaiting();
    this.#pump();
  }

  #pump(): void {
    // Publishing may call back synchronously; the frames must still leave in order.
    if (this.#isPumping || !this.#isUp) return;
    this.#isPumping = true;
    try {
      while (this.#isUp && this.#inFlight.length < this.#parts.limits.framesInFlight && this.#sendNext());
    } finally {
      this.#isPumping = false;
    }
    if (this.#inFlight.length > 0) this.#waitForAcknowledgement();
  }

  #sendNext(): boolean {
    const frame = this.#parts.outbox.nextFrame(this.#cursor, this.#parts.limits);
    if (frame === undefined) return false;
    faultPoint('outbox.after-number');
    this.#cursor = frame.lastId;
    const { bootId, firstSequence, lastSequence } = frame;
    this.#inFlight.push({ bootId, firstSequence, lastSequence });
    this.#parts.publish(frame).then(
      () => faultPoint('outbox.after-publish'),
      // The link reports its own failures; the missing acknowledgement brings the frame back.
      () => undefined,
    );
    return true;
  }

  #waitForAcknowledgement(): void {
    if (this.#cancelPatience !== undefined) return;
    this.#cancelPatience = this.#parts.time.after(this.#parts.patience.next(), () => {
      this.#cancelPatience = undefined;
      this.#hasGoneBack = false;
      this.#goBack();
    });
  }

  #stopWaiting(): void {
    this.#cancelPatience?.();
    this.#cancelPatience = undefined;
  }
}
