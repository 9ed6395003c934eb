/** One side of a comparison in one round. */
export interface BenchSample {
  /** In the unit of the case. */
  readonly figure: number;
  /** Processor time of every process that took part. */
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
}

/** Something we claim to do better than a peer, measured on both in one run. */
export interface BenchCase {
  readonly bench: string;
  readonly name: string;
  readonly peer: string;
  readonly unit: string;
  /** Throughput is better when higher; time, memory and bytes when lower. */
  readonly better: 'higher' | 'lower';
  /** Undefined goals are for information only. */
  readonly goalRatio?: number;
  /** Why it cannot be measured here; undefined where it can. */
  readonly skipped?: string;
  ours(): Promise<BenchSample>;
  theirs(): Promise<BenchSample>;
  /** What else the rounds showed, one sentence each. */
  notes?(): string[];
  /** Frees what the rounds shared. */
  close(): Promise<void>;
}

export interface BenchResult {
  readonly bench: string;
  readonly case: string;
  readonly peer: string;
  readonly ours: number;
  readonly theirs: number;
  readonly unit: string;
  /** Above 1 we are better, whatever the unit. */
  readonly ratio: number;
  readonly oursCpuSeconds: number;
  readonly theirsCpuSeconds: number;
  readonly rounds: number;
  readonly goalRatio: number | null;
  readonly notes: readonly string[];
}
