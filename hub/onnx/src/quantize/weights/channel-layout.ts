/** Which channel an entry of weights belongs to. */
export interface ChannelLayout {
  readonly channels: number;
  /** Entries of one channel that lie next to each other. */
  readonly run: number;
}

/** Where the channels lie that `axis` of weights of any rank counts, row-major. */
export function channelLayout(dims: readonly number[], axis: number): ChannelLayout {
  const run = dims.slice(axis + 1).reduce((product, size) => product * size, 1);
  return { channels: dims[axis] ?? 0, run };
}

/** Channel of the entry at a place. */
export function channelAt({ channels, run }: ChannelLayout, at: number): number {
  return Math.floor(at / run) % channels;
}
