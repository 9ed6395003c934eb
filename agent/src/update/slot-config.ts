import type { SinkConfig } from '../sink/sink-config.ts';
import type { SourceConfig } from '../source/source-config.ts';

/** What one slot reads and where its predictions go. */
export interface SlotConfig {
  readonly sources: readonly SourceConfig[];
  readonly sinks: readonly SinkConfig[];
}
