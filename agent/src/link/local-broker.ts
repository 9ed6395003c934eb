import { connect, type IClientOptions, type MqttClient } from 'mqtt';
import { OutsideError } from '../errors.ts';

/** The few things a source or a sink needs from a broker beside the device. */
export interface LocalBroker {
  /** One topic a connection. */
  subscribe(topic: string, receive: (payload: Buffer) => void): void;
  publish(topic: string, payload: string): Promise<void>;
  close(): Promise<void>;
}

/** How to meet a local broker. */
export interface LocalBrokerOptions {
  readonly url: string;
  readonly clientId: string;
  /** Whether the broker keeps the subscription, and what comes in, while nobody is connected under this client id. */
  readonly isSessionKept: boolean;
  /** Told when the connection breaks or cannot be made; it is tried again by itself. */
  onProblem(message: string): void;
}

const RETRY_MS = 2_000;

/**
 * Begins to connect, and keeps trying while the broker is not there.
 *
 * @throws OutsideError SOURCE_FAILED for a URL that names no broker
 */
export function connectLocalBroker(options: LocalBrokerOptions): LocalBroker {
  const { url, clientId, isSessionKept, onProblem } = options;
  const client = open(url, { clientId, clean: !isSessionKept, reconnectPeriod: RETRY_MS, resubscribe: true });
  let receive: (payload: Buffer) => void = () => undefined;
  client.on('error', (error) => onProblem(`${url}: ${error.message}`));
  client.on('message', (_topic, payload) => receive(payload));
  return {
    subscribe(topic, receiver) {
      // Set first: a kept session delivers what it has before the subscription is confirmed.
      receive = receiver;
      client.subscribe(topic, { qos: 1 }, (error) => {
        if (error) onProblem(`${url}: subscribe to ${topic}: ${error.message}`);
      });
    },
    async publish(topic, payload) {
      await client.publishAsync(topic, payload, { qos: 1 });
    },
    async close() {
      await client.endAsync(!client.connected);
    },
  };
}

function open(url: string, options: IClientOptions): MqttClient {
  try {
    return connect(url, options);
  } catch (cause) {
    throw new OutsideError('SOURCE_FAILED', `connect to ${url}`, { cause });
  }
}
