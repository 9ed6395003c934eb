import type { DesiredState } from '@edgeloop/protocol';
import { describeError } from './errors.ts';
import { Slot, type SlotParts } from './slot.ts';
import { targetOf } from './update/read-release.ts';
import type { SlotConfig } from './update/slot-config.ts';
import { neededDigests } from './update/slot-record.ts';
import { WORKING_STATES } from './update/transition-table.ts';

/** What is configured for the slots of a device. */
export interface SlotSetOptions {
  readonly configured: Readonly<Record<string, SlotConfig>>;
  /** Length of a window where desired state says nothing, in milliseconds. */
  readonly windowMs: number;
}

const NO_CONFIG: SlotConfig = { sources: [], sinks: [] };

/** All slots of a device: those that are configured, those the hub names, and those that were used before. */
export class SlotSet {
  readonly #options: SlotSetOptions;
  readonly #parts: SlotParts;
  readonly #slots = new Map<string, Slot>();
  #cleaning: Promise<void> = Promise.resolve();

  constructor(options: SlotSetOptions, parts: Omit<SlotParts, 'onRest'>) {
    this.#options = options;
    this.#parts = { ...parts, onRest: () => this.#cleanUp() };
  }

  /** Every slot, by name. */
  all(): Slot[] {
    return [...this.#slots.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  start(): void {
    const used = this.#parts.store.slots.all().map((record) => record.slot);
    for (const name of new Set([...Object.keys(this.#options.configured), ...used])) this.#slot(name);
  }

  async stop(): Promise<void> {
    await Promise.all(this.all().map((slot) => slot.stop()));
    await this.#cleaning;
  }

  /** Tells every slot what desired state asks of it. A slot it asks too much of is left as it is. */
  apply(desired: DesiredState): void {
    const windowMs = desired.settings?.windowMs || this.#options.windowMs;
    const named = new Map(desired.slots.map((slot) => [slot.slot, slot]));
    for (const name of new Set([...this.#slots.keys(), ...named.keys()])) {
      const wanted = named.get(name);
      try {
        this.#slot(name).want(wanted && targetOf(wanted), wanted?.samples, windowMs);
        this.#parts.problems.settle(`${name}:desired`);
      } catch (error) {
        const { code, message } = describeError(error, 'MALFORMED_MESSAGE');
        this.#parts.problems.raise(`${name}:desired`, code, message);
      }
    }
  }

  /** Runs the golden vectors of a slot's model again; of every slot when the name is empty. */
  async selfTest(name: string): Promise<void> {
    for (const slot of this.all()) if (name === '' || slot.name === name) await slot.selfTest();
  }

  #slot(name: string): Slot {
    let slot = this.#slots.get(name);
    if (slot === undefined) {
      const config = this.#options.configured[name] ?? NO_CONFIG;
      slot = new Slot(name, config, this.#options.windowMs, this.#parts);
      this.#slots.set(name, slot);
      slot.start();
    }
    return slot;
  }

  /** Removes blobs that no slot needs, once no slot is working on an update. */
  #cleanUp(): Promise<void> {
    this.#cleaning = this.#cleaning.then(async () => {
      const records = this.all().map((slot) => slot.record);
      if (records.some(({ state }) => WORKING_STATES.has(state))) return;
      await this.#parts.folder.keepOnly(new Set(records.flatMap(neededDigests)));
    });
    return this.#cleaning;
  }
}
