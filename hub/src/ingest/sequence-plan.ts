/** Something a device numbered; a window covers a range of numbers. */
export interface Numbered {
  readonly firstSequence: number;
  readonly lastSequence: number;
}

/** What to do with one item, given how far its device's boot is stored. */
export type SequenceStep =
  | { readonly kind: 'next' }
  /** Stored before; sent again because the acknowledgement was lost. */
  | { readonly kind: 'duplicate' }
  /** Something before it is missing; the device must go back. */
  | { readonly kind: 'gap' }
  /** Its range contradicts what is stored; it can be counted neither as new nor as known. */
  | { readonly kind: 'contradiction'; readonly message: string };

/** Decides by number alone. Everything up to `storedUpTo` is stored; 0 when nothing is. */
export function sequenceStep({ firstSequence, lastSequence }: Numbered, storedUpTo: number): SequenceStep {
  if (firstSequence > storedUpTo + 1) return { kind: 'gap' };
  if (firstSequence > lastSequence || firstSequence === 0) {
    return contradiction(`expected a range of sequence numbers from 1, got ${firstSequence} to ${lastSequence}`);
  }
  if (lastSequence <= storedUpTo) return { kind: 'duplicate' };
  if (firstSequence <= storedUpTo) {
    return contradiction(`${firstSequence} to ${lastSequence} is stored only up to ${storedUpTo}`);
  }
  return { kind: 'next' };
}

function contradiction(message: string): SequenceStep {
  return { kind: 'contradiction', message };
}
