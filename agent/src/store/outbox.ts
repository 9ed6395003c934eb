/** What fits into one message. */
export interface FrameLimits {
  readonly items: number;
  readonly bytes: number;
}

/** Items of one boot in order, numbered and marked as sent. */
export interface NumberedFrame<Item> {
  readonly bootId: string;
  readonly items: readonly Item[];
  /** Where the next frame starts. */
  readonly lastId: number;
  readonly firstSequence: number;
  readonly lastSequence: number;
}

/** An Outbox keeps items on disk, in order, until the hub has acknowledged them. */
export interface Outbox<Item> {
  readonly channel: 'telemetry' | 'samples';

  /**
   * The next items after `afterId`. Those that have no number get one, on disk, before this returns; from then on
   * they never change.
   */
  nextFrame(afterId: number, limits: FrameLimits): NumberedFrame<Item> | undefined;

  /** Forgets what the hub has stored. Returns how many items that were; 0 for an old or unknown acknowledgement. */
  acknowledge(bootId: string, upToSequence: number): number;

  /** The highest sequence acknowledged so far; undefined for a boot it does not know. */
  acknowledged(bootId: string): number | undefined;

  /**
   * Takes back the numbers after `upToSequence`, so that those items are numbered and sent anew. Only right when the
   * hub has lost what it had acknowledged: it holds nothing of this boot after that number, and takes nothing past a gap.
   */
  rewind(bootId: string, upToSequence: number): void;
}
