import { createServer, type Server, type Socket } from 'node:net';
import { mayPublish, maySubscribe, type ProblemCode } from '@edgeloop/protocol';
import { Aedes, type AedesPublishPacket, type AuthenticateError, type Client, type ConnectPacket } from 'aedes';
import { InternalError, messageOf, OutsideError } from '../errors.ts';
import type { Logger } from '../log.ts';
import type {
  Broker,
  BrokerRefusal,
  ConnectionChange,
  ConnectionGate,
  DeviceMessage,
  PublishOptions,
} from './broker.ts';
import { PacketLengthCheck } from './packet-length-check.ts';

export interface AedesBrokerOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly gate: ConnectionGate;
  readonly log: Logger;
  /** Longest packet of an admitted device. @default DEFAULT_MAX_PACKET_BYTES */
  readonly maxPacketBytes?: number;
  /** A subscriber that takes nothing for this long is dropped. @default DEFAULT_DRAIN_TIMEOUT_MS */
  readonly drainTimeoutMs?: number;
}

/** The longest message of a device, with room for its topic. */
export const DEFAULT_MAX_PACKET_BYTES: number = 1024 * 1024 + 1024;
/** One frozen subscriber holds up deliveries to the others for at most this long. */
export const DEFAULT_DRAIN_TIMEOUT_MS = 5_000;
/** What somebody who has not proven anything may make us keep. */
const MAX_CONNECT_BYTES = 16 * 1024;
const CONNECT_TIMEOUT_MS = 10_000;
/** Deliveries in flight, over all subscribers. */
const CONCURRENCY = 256;
/** CONNACK codes of MQTT 3.1.1, table 3.1. */
const BAD_USER_NAME_OR_PASSWORD = 4;
const NOT_AUTHORIZED = 5;

/** The Broker inside the hub's own process. Retained messages are in memory: publish them again after a start. */
export class AedesBroker implements Broker {
  readonly #options: AedesBrokerOptions;
  readonly #messageHandlers: ((message: DeviceMessage) => Promise<void>)[] = [];
  readonly #connectionHandlers: ((change: ConnectionChange) => Promise<void>)[] = [];
  readonly #refusalHandlers: ((refusal: BrokerRefusal) => void)[] = [];
  readonly #checks = new WeakMap<object, PacketLengthCheck>();
  readonly #connects = new WeakMap<Client, ConnectPacket>();
  readonly #clients = new Map<string, Client>();
  #aedes: Aedes | undefined;
  #server: Server | undefined;

  constructor(options: AedesBrokerOptions) {
    this.#options = options;
  }

  async start(): Promise<number> {
    const aedes = await Aedes.createBroker({
      concurrency: CONCURRENCY,
      connectTimeout: CONNECT_TIMEOUT_MS,
      drainTimeout: this.#options.drainTimeoutMs ?? DEFAULT_DRAIN_TIMEOUT_MS,
      preConnect: (client, packet, done) => {
        this.#connects.set(client, packet);
        done(null, true);
      },
      authenticate: (client, username, password, done) => {
        this.#authenticate(client, username, password?.toString('utf8')).then(
          (error) => done(error, error === null),
          (error) => done(connectError(NOT_AUTHORIZED, messageOf(error)), false),
        );
      },
      authorizePublish: (client, packet, done) => done(this.#publishError(client, packet.topic, packet.retain)),
      authorizeSubscribe: (client, subscription, done) => {
        if (maySubscribe(client.id, subscription.topic)) return done(null, subscription);
        this.#refuse(client.id, 'FORBIDDEN_TOPIC', `may not subscribe to ${shown(subscription.topic)}`);
        done(null, null);
      },
      published: (packet, client, done) => {
        this.#deliver(packet, client).then(() => done(), done);
      },
    });
    this.#watch(aedes);
    this.#aedes = aedes;
    try {
      return await this.#listen(aedes);
    } catch (error) {
      // Its timers would keep the process alive.
      await this.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    const server = this.#server;
    const aedes = this.#aedes;
    this.#server = undefined;
    this.#aedes = undefined;
    const serverClosed = server && new Promise<void>((resolve) => server.close(() => resolve()));
    if (aedes) await new Promise<void>((resolve) => aedes.close(resolve));
    await serverClosed;
  }

  async publish(topic: string, payload: Uint8Array, { qos, retain }: PublishOptions): Promise<void> {
    const aedes = this.#aedes;
    if (!aedes) throw new InternalError(`the broker must be started before publishing to ${topic}`);
    await new Promise<void>((resolve, reject) => {
      const packet = { cmd: 'publish', topic, payload: asBuffer(payload), qos, retain, dup: false } as const;
      aedes.publish(packet, (error) => (error ? reject(error) : resolve()));
    });
  }

  onMessage(handler: (message: DeviceMessage) => Promise<void>): void {
    this.#messageHandlers.push(handler);
  }

  onConnection(handler: (change: ConnectionChange) => Promise<void>): void {
    this.#connectionHandlers.push(handler);
  }

  onRefusal(handler: (refusal: BrokerRefusal) => void): void {
    this.#refusalHandlers.push(handler);
  }

  async disconnect(deviceId: string): Promise<void> {
    const client = this.#clients.get(deviceId);
    if (client) await new Promise<void>((resolve) => client.close(resolve));
  }

  #watch(aedes: Aedes): void {
    aedes.on('client', (client) => {
      this.#clients.set(client.id, client);
      this.#tellConnection({ deviceId: client.id, isConnected: true });
    });
    aedes.on('clientDisconnect', (client) => {
      if (this.#clients.get(client.id) === client) this.#clients.delete(client.id);
      this.#tellConnection({ deviceId: client.id, isConnected: false });
    });
    const report = (client: Client, error: Error): void =>
      this.#options.log.debug({ deviceId: client.id, cause: error.message }, 'a connection ended with an error');
    aedes.on('clientError', report);
    aedes.on('connectionError', report);
  }

  #tellConnection(change: ConnectionChange): void {
    for (const handler of this.#connectionHandlers) {
      handler(change).catch((error) => {
        this.#options.log.error({ ...change, cause: messageOf(error) }, 'a change of connection is not taken');
      });
    }
  }

  async #listen(aedes: Aedes): Promise<number> {
    const server = createServer({ noDelay: true }, (socket) => {
      this.#checkLengths(socket);
      aedes.handle(socket);
    });
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', (cause) => {
        const at = `${this.#options.host}:${this.#options.port}`;
        reject(new OutsideError('UNREACHABLE', `listen for devices on ${at}`, { cause }));
      });
      server.listen(this.#options.port, this.#options.host, resolve);
    });
    const address = server.address();
    if (address === null || typeof address === 'string') throw new InternalError('the broker has no TCP port');
    return address.port;
  }

  /** Looks at what aedes reads from the socket, so that no packet longer than allowed is ever put together. */
  #checkLengths(socket: Socket): void {
    const check = new PacketLengthCheck(MAX_CONNECT_BYTES);
    this.#checks.set(socket, check);
    const read = socket.read.bind(socket);
    socket.read = (size?: number) => {
      const bytes: Uint8Array | null = read(size);
      if (bytes === null || check.accepts(bytes)) return bytes;
      const client = (socket as Socket & { client?: Client }).client;
      this.#refuse(
        client?.id ?? 'unknown',
        'MESSAGE_TOO_LARGE',
        `sent a packet longer than ${this.#maxPacketBytes} bytes`,
      );
      socket.destroy();
      return null;
    };
  }

  get #maxPacketBytes(): number {
    return this.#options.maxPacketBytes ?? DEFAULT_MAX_PACKET_BYTES;
  }

  async #authenticate(
    client: Client,
    username: string | undefined,
    password: string | undefined,
  ): Promise<AuthenticateError | null> {
    const verdict = await this.#options.gate.check(client.id, username, password);
    if (!verdict.isAdmitted) {
      this.#refuse(client.id, verdict.code, verdict.message);
      const isProof = verdict.code === 'BAD_CREDENTIALS';
      return connectError(isProof ? BAD_USER_NAME_OR_PASSWORD : NOT_AUTHORIZED, verdict.message);
    }
    const will = this.#connects.get(client)?.will;
    if (will && (will.retain || !mayPublish(client.id, will.topic))) {
      this.#refuse(client.id, 'FORBIDDEN_TOPIC', `may not have a last will on ${shown(will.topic)}`);
      return connectError(NOT_AUTHORIZED, 'forbidden last will');
    }
    const check = this.#checks.get(client.conn);
    if (check) check.limitBytes = this.#maxPacketBytes;
    return null;
  }

  /** [MQTT-3.3.5-2]: a publish that is not allowed ends the connection, since nothing else can tell the device. */
  #publishError(client: Client | null, topic: string, retain: boolean): Error | null {
    if (client === null || (mayPublish(client.id, topic) && !retain)) return null;
    const what = retain ? 'may not publish retained messages, tried' : 'may not publish to';
    this.#refuse(client.id, 'FORBIDDEN_TOPIC', `${what} ${shown(topic)}`);
    return new OutsideError('FORBIDDEN', `${client.id} ${what} ${shown(topic)}`);
  }

  async #deliver(packet: AedesPublishPacket, client: Client | null): Promise<void> {
    if (client === null) return;
    const payload = typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload;
    const message = { deviceId: client.id, topic: packet.topic, payload };
    for (const handler of this.#messageHandlers) await handler(message);
  }

  #refuse(deviceId: string, code: ProblemCode, message: string): void {
    const refusal = { deviceId: deviceId.slice(0, 64), code, message, detail: {} };
    for (const handler of this.#refusalHandlers) handler(refusal);
  }
}

function connectError(returnCode: number, message: string): AuthenticateError {
  return Object.assign(new OutsideError('UNAUTHENTICATED', message), { returnCode }) as AuthenticateError;
}

/** A topic is whatever a stranger sent. */
function shown(topic: string): string {
  return JSON.stringify(topic.slice(0, 200));
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
