/** One demand of a gate, and how it came out. */
export interface GateCheck {
  readonly isMet: boolean;
  readonly reason: string;
}
