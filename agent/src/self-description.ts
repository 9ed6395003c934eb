import { statfs } from 'node:fs/promises';
import { Birth, Death, type ReportedSlot, ReportedState } from '@edgeloop/protocol';
import type { ChosenProfile } from './device/profile.ts';
import { runtimeVersion } from './inference/runtime-version.ts';
import type { ProblemBook } from './problem-book.ts';
import { CpuShare } from './telemetry/cpu-share.ts';
import { processMeter } from './telemetry/window-recorder.ts';
import type { Time } from './time.ts';
import { AGENT_VERSION } from './version.ts';

/** What a device knows about itself. */
export interface SelfDescriptionParts {
  readonly deviceId: string;
  readonly bootId: string;
  readonly folder: string;
  readonly chosen: ChosenProfile;
  readonly problems: ProblemBook;
  readonly time: Time;
  desiredGeneration(): number;
  slots(): readonly ReportedSlot[];
}

/** Writes what a device says about itself: birth, death and reported state. */
export class SelfDescription {
  readonly #parts: SelfDescriptionParts;
  readonly #cpu: CpuShare;
  readonly #startedMs: number;

  constructor(parts: SelfDescriptionParts) {
    this.#parts = parts;
    this.#cpu = new CpuShare(parts.time);
    this.#startedMs = parts.time.monotonicMs();
  }

  async birth(): Promise<Uint8Array> {
    const { deviceId, bootId, chosen, folder, time } = this.#parts;
    const { bavail, bsize } = await statfs(folder);
    return Birth.encode({
      deviceId,
      bootId,
      agentVersion: AGENT_VERSION,
      profile: chosen.profile.name,
      profileReason: chosen.reason,
      capabilities: {
        architecture: chosen.facts.architecture,
        cpuFlags: [...chosen.facts.cpuFlags],
        cores: chosen.facts.cores,
        memoryBytes: chosen.facts.memoryBytes,
        storageFreeBytes: bavail * bsize,
        onnxruntimeVersion: runtimeVersion(),
        nodeVersion: process.version,
        machine: chosen.facts.deviceTreeModel || chosen.facts.cpuModel,
      },
      sentMs: time.nowMs(),
    });
  }

  /** @param reason 'stopped' as a goodbye, 'lost' as last will */
  death(reason: 'stopped' | 'lost'): Uint8Array {
    return Death.encode({ bootId: this.#parts.bootId, reason });
  }

  state(): Uint8Array {
    const { bootId, problems, time } = this.#parts;
    return ReportedState.encode({
      bootId,
      sentMs: time.nowMs(),
      desiredGeneration: this.#parts.desiredGeneration(),
      slots: this.#parts.slots(),
      problems: problems.list(),
      supervisor: this.#cpu.look({
        rssBytes: processMeter.rssBytes(),
        cpuSeconds: processMeter.cpuSeconds(),
        uptimeSeconds: (time.monotonicMs() - this.#startedMs) / 1_000,
        restarts: 0,
      }),
    });
  }
}
