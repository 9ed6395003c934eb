/** What one channel did since the hub started. */
export interface IngestTotals {
  /** Messages taken in. */
  frames: number;
  /** Their payloads together. */
  bytes: number;
  /** Items kept. */
  stored: number;
  /** Items that had been kept before. */
  duplicates: number;
  /** Items that were acknowledged but not kept, with an event that says why. */
  rejected: number;
  /** Items not taken because one before them was missing. */
  gaps: number;
  /** Messages that could not be read. */
  malformed: number;
}

export function emptyTotals(): IngestTotals {
  return { frames: 0, bytes: 0, stored: 0, duplicates: 0, rejected: 0, gaps: 0, malformed: 0 };
}
