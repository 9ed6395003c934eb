import { Birth, Death, isProblemCode, type ProblemCode, ProtocolError, ReportedState } from '@edgeloop/protocol';
import type { Clock } from '../clock.ts';
import { messageOf } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { Store } from '../store/store.ts';
import { keepVariantTests } from './keep-variant-tests.ts';
import { newProblems } from './new-problems.ts';
import { newVariantTests } from './new-variant-tests.ts';

export interface PresenceParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Logger;
  refuse(refusal: { deviceId: string; code: ProblemCode; message: string }): Promise<void>;
  /** Told after a report is stored. */
  onReport(deviceId: string): void;
}

/** Keeps track of which devices are there and what they report, one message after another. */
export class Presence {
  readonly #parts: PresenceParts;
  readonly #connected = new Set<string>();
  #tail: Promise<void> = Promise.resolve();

  constructor(parts: PresenceParts) {
    this.#parts = parts;
  }

  /** After a start nobody is there yet, whatever the last run wrote. */
  async start(): Promise<void> {
    await this.#parts.store.devices.setAllOffline();
  }

  /** Waits for what is under way. */
  async stop(): Promise<void> {
    await this.#tail;
  }

  connected(deviceId: string): Promise<void> {
    this.#connected.add(deviceId);
    return Promise.resolve();
  }

  disconnected(deviceId: string): Promise<void> {
    this.#connected.delete(deviceId);
    return this.#inOrder(deviceId, async () => {
      if (!this.#connected.has(deviceId)) await this.#goOffline(deviceId, 'the connection is gone');
    });
  }

  birth(deviceId: string, bytes: Uint8Array): Promise<void> {
    return this.#inOrder(deviceId, async () => {
      const birth = Birth.decode(bytes);
      if (birth.deviceId !== deviceId) {
        const message = `says it is ${JSON.stringify(birth.deviceId.slice(0, 64))}`;
        return this.#parts.refuse({ deviceId, code: 'WRONG_DEVICE', message });
      }
      const nowMs = this.#parts.clock.nowMs();
      await this.#parts.store.transaction(async (tx) => {
        await tx.devices.recordBirth(birth, nowMs);
        const message = `${deviceId} is online with agent ${birth.agentVersion} as ${birth.profile}`;
        const detail = { bootId: birth.bootId, profile: birth.profile, profileReason: birth.profileReason };
        await tx.events.add({ level: 'info', kind: 'device.online', deviceId, message, detail }, nowMs);
      });
    });
  }

  death(deviceId: string, bytes: Uint8Array): Promise<void> {
    return this.#inOrder(deviceId, async () => {
      const { bootId, reason } = Death.decode(bytes);
      const device = await this.#parts.store.devices.find(deviceId);
      // The last will of a connection that the device itself has replaced says nothing about the new one.
      const isOld = device?.bootId !== bootId || (reason !== 'stopped' && this.#connected.has(deviceId));
      if (!isOld) await this.#goOffline(deviceId, reason === 'stopped' ? 'it was stopped' : 'the connection is gone');
    });
  }

  report(deviceId: string, bytes: Uint8Array): Promise<void> {
    return this.#inOrder(deviceId, async () => {
      const report = ReportedState.decode(bytes);
      const nowMs = this.#parts.clock.nowMs();
      await this.#parts.store.transaction(async (tx) => {
        const device = await tx.devices.find(deviceId);
        const before = device?.reported ?? null;
        await tx.devices.recordReport(deviceId, report, nowMs);
        if (device) await keepVariantTests(tx, device, newVariantTests(before, report), nowMs);
        for (const { slot, model, code, message } of newProblems(before, report)) {
          const where = slot === null ? deviceId : `${deviceId}, slot ${slot}`;
          await tx.events.add(
            {
              level: 'warning',
              kind: 'device.problem',
              deviceId,
              model,
              code,
              message: `${where}: ${message}`,
              detail: { slot },
            },
            nowMs,
          );
        }
      });
      this.#parts.onReport(deviceId);
    });
  }

  async #goOffline(deviceId: string, reason: string): Promise<void> {
    const { store, clock } = this.#parts;
    const nowMs = clock.nowMs();
    await store.transaction(async (tx) => {
      if (!(await tx.devices.find(deviceId))?.online) return;
      await tx.devices.setOnline(deviceId, false, nowMs);
      const message = `${deviceId} is offline: ${reason}`;
      await tx.events.add({ level: 'info', kind: 'device.offline', deviceId, message, detail: { reason } }, nowMs);
    });
  }

  #inOrder(deviceId: string, work: () => Promise<void>): Promise<void> {
    const done = this.#tail.then(work).catch((error) => this.#failed(deviceId, error));
    this.#tail = done;
    return done;
  }

  async #failed(deviceId: string, error: unknown): Promise<void> {
    if (error instanceof ProtocolError && isProblemCode(error.code)) {
      await this.#parts.refuse({ deviceId, code: error.code, message: messageOf(error) });
    } else {
      this.#parts.log.error({ deviceId, cause: messageOf(error) }, 'a message about presence is not stored');
    }
  }
}
