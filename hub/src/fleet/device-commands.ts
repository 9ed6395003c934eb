import { Command, topics } from '@edgeloop/protocol';
import type { Broker } from '../broker/broker.ts';
import type { Clock } from '../clock.ts';
import { RequestError } from '../errors.ts';
import { newId } from '../store/ids.ts';
import type { Store } from '../store/store.ts';

export const COMMAND_KINDS = ['self-test', 'send-log', 'report-state'] as const;
export type CommandKind = (typeof COMMAND_KINDS)[number];

/** Sends one-off commands to devices that are there to hear them. */
export class DeviceCommands {
  readonly #store: Store;
  readonly #broker: Broker;
  readonly #clock: Clock;

  constructor(store: Store, broker: Broker, clock: Clock) {
    this.#store = store;
    this.#broker = broker;
    this.#clock = clock;
  }

  /**
   * Returns the id of the command; what came of it shows in the device's next report.
   *
   * @throws RequestError NOT_FOUND, CONFLICT when the device is offline: commands are not kept for later
   */
  async send(deviceId: string, command: { kind: CommandKind; slot?: string | undefined }): Promise<string> {
    const device = await this.#store.devices.find(deviceId);
    if (!device) throw new RequestError('NOT_FOUND', `no device ${deviceId}`);
    if (!device.online) throw new RequestError('CONFLICT', `${deviceId} is offline`);
    const id = newId('command', this.#clock.nowMs());
    const payload = Command.encode({ id, kind: command.kind, slot: command.slot ?? '' });
    await this.#broker.publish(topics.command.build(deviceId), payload, { qos: 1, retain: false });
    return id;
  }
}
