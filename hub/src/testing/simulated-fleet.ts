import { digestFromHex, type ReportedSlot, type TelemetryWindow, WindowBuilder } from '@edgeloop/protocol';
import type { DesiredPublisher } from '../fleet/desired-publisher.ts';
import type { DesiredSlotRecord } from '../store/device-store.ts';
import type { Store } from '../store/store.ts';
import { CLASSES, referenceAround } from './canned-worker.ts';
import type { ManualClock } from './hub-rig.ts';
import type { KillSwitch } from './kill-switch.ts';

interface Told {
  readonly generation: number;
  readonly slots: readonly DesiredSlotRecord[];
}

/** Devices that do what they are told, as far as they were told, and send readings of what they run. */
export class SimulatedFleet implements DesiredPublisher {
  /** What each device heard last. */
  readonly told = new Map<string, Told>();
  /** Devices that refuse a version. */
  readonly refusing = new Map<string, number>();
  /** Where the readings lie. */
  center = 20;
  readonly #store: Store;
  readonly #clock: ManualClock;
  readonly #kill: KillSwitch;
  #sequence = 0;

  constructor(store: Store, clock: ManualClock, kill: KillSwitch) {
    this.#store = store;
    this.#clock = clock;
    this.#kill = kill;
  }

  async enrol(id: string, labels: Record<string, string> = {}): Promise<void> {
    const described = { publicKey: {}, profile: 'simulated', profileReason: '', labels, agentVersion: '0.1.0' };
    await this.#store.devices.add({ id, ...described, enrolledMs: this.#clock.nowMs() });
  }

  async publish(deviceId: string): Promise<void> {
    this.#kill.refuseDead();
    const device = await this.#store.devices.find(deviceId);
    if (!device || device.desiredGeneration === 0) return;
    const slots = await this.#store.devices.desiredSlots(deviceId);
    this.told.set(deviceId, { generation: device.desiredGeneration, slots });
  }

  async publishAll(): Promise<void> {
    for (const { id } of await this.#store.devices.list()) await this.publish(id);
  }

  /** Every device reports, and sends a window and a few labelled samples. */
  async live(): Promise<void> {
    this.#sequence++;
    const nowMs = this.#clock.nowMs();
    for (const [deviceId, told] of this.told) {
      const slots = told.slots.map((slot) => this.#report(deviceId, slot));
      const report = { protocolVersion: 1, bootId: 'boot', sentMs: nowMs, desiredGeneration: told.generation };
      await this.#store.devices.recordReport(deviceId, { ...report, slots, problems: [] }, nowMs);
      for (const slot of told.slots) await this.#sense(deviceId, slot, nowMs);
    }
  }

  #report(deviceId: string, wanted: DesiredSlotRecord): ReportedSlot {
    const isRefused = this.refusing.get(deviceId) === wanted.version;
    const digests = { releaseDigest: digestFromHex(wanted.releaseDigest), modelDigest: new Uint8Array(32) };
    const { slot, model, version } = wanted;
    const running = { model, version, variant: 'float32', ...digests, inferences: 1_000, sinceMs: 0 };
    return {
      ...{ slot, phase: isRefused ? 'refused' : 'running', downloadedBytes: 0, downloadBytes: 0 },
      ...{ wantedModel: isRefused ? model : '', wantedVersion: isRefused ? version : 0 },
      running: isRefused ? undefined : running,
      variantTests: [],
      problem: isRefused ? { code: 'SELF_TEST_FAILED', message: 'deviation 3', atMs: 0 } : undefined,
    };
  }

  async #sense(deviceId: string, { model, version, releaseDigest }: DesiredSlotRecord, nowMs: number): Promise<void> {
    if (this.refusing.get(deviceId) === version) return;
    const subject = { slot: 'default', model, version, releaseDigest: digestFromHex(releaseDigest) };
    const reference = referenceAround(version === 1 ? 20 : 50);
    const builder = new WindowBuilder({ ...subject, reference, classes: CLASSES });
    for (let i = 0; i < 100; i++) {
      const share = (i % 10) / 10;
      builder.addReading({ temperature: this.center + (share < 0.1 ? -8 : share < 0.9 ? 0 : 8) });
      builder.addPrediction({ classIndex: i % 2, confidence: 0.95, probabilities: [0.95, 0.05], latencyMs: 1 });
    }
    const sequence = this.#sequence;
    const window: TelemetryWindow = { ...builder.close(nowMs, nowMs), firstSequence: sequence, lastSequence: sequence };
    await this.#store.transaction(async (within) => {
      await within.telemetry.addWindows([{ deviceId, bootId: 'boot', receivedMs: nowMs, window }]);
      await within.samples.add(this.#samples(deviceId, model, version, nowMs));
    });
  }

  #samples(deviceId: string, model: string, version: number, nowMs: number): Parameters<Store['samples']['add']>[0] {
    return [0, 1, 2, 3, 4].map((place) => {
      const sequence = this.#sequence * 5 + place;
      const described = { deviceId, bootId: 'boot', sequence, predictionId: `${deviceId}-${sequence}`, model, version };
      const fields = { temperature: this.center + sequence / 1_000 };
      const label = CLASSES[sequence % 2] ?? null;
      const times = { atMs: nowMs, receivedMs: nowMs };
      return { ...described, ...times, fields, predicted: 'ok', confidence: 0.9, label, labelledBy: 'device' };
    });
  }
}
