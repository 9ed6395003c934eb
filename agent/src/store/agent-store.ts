import { type AgentDatabase, openAgentDatabase } from './agent-database.ts';
import { type Boot, BootStore } from './boot-store.ts';
import { DesiredStore } from './desired-store.ts';
import { PositionStore } from './position-store.ts';
import { QuarantineStore } from './quarantine-store.ts';
import { SampleOutbox } from './sample-outbox.ts';
import { SlotStore } from './slot-store.ts';
import { WindowOutbox } from './window-outbox.ts';

/** Everything the agent keeps in its database. */
export interface AgentStore<SlotRecord extends { readonly slot: string }> {
  readonly database: AgentDatabase;
  readonly boot: Boot;
  readonly windows: WindowOutbox;
  readonly samples: SampleOutbox;
  readonly slots: SlotStore<SlotRecord>;
  readonly desired: DesiredStore;
  readonly positions: PositionStore;
  readonly quarantine: QuarantineStore;
}

/** Bounds and names of one start. */
export interface AgentStoreOptions {
  readonly bootId: string;
  readonly nowMs: number;
  readonly outboxBytes?: number | undefined;
  readonly sampleBytes?: number | undefined;
}

/** Opens the store to look at it, without beginning a start. @throws OutsideError as `openAgentDatabase` */
export function readAgentStore<SlotRecord extends { readonly slot: string }>(path: string): AgentStore<SlotRecord> {
  return stores(openAgentDatabase(path), { ordinal: 0, bootId: '' }, {});
}

/** Opens the store for one start of the agent. @throws OutsideError as `openAgentDatabase` */
export function openAgentStore<SlotRecord extends { readonly slot: string }>(
  path: string,
  options: AgentStoreOptions,
): AgentStore<SlotRecord> {
  const database = openAgentDatabase(path);
  return stores(database, new BootStore(database).begin(options.bootId, options.nowMs), options);
}

function stores<SlotRecord extends { readonly slot: string }>(
  database: AgentDatabase,
  boot: Boot,
  options: Pick<AgentStoreOptions, 'outboxBytes' | 'sampleBytes'>,
): AgentStore<SlotRecord> {
  return {
    database,
    boot,
    windows: new WindowOutbox(database, options.outboxBytes),
    samples: new SampleOutbox(database, boot, options.sampleBytes),
    slots: new SlotStore<SlotRecord>(database),
    desired: new DesiredStore(database),
    positions: new PositionStore(database),
    quarantine: new QuarantineStore(database),
  };
}
