import { createPublicKey } from 'node:crypto';
import { createServer, type Server } from 'node:net';
import {
  Ack,
  Birth,
  BlobChunk,
  ChunkBitmap,
  chunkRange,
  Death,
  DesiredState,
  digestHex,
  type MessageInput,
  PAYLOAD_TYPES,
  parseTopic,
  ReportedState,
  type Sample,
  SampleBatch,
  type SamplePolicy,
  TelemetryFrame,
  type TelemetryWindow,
  topics,
  Want,
} from '@edgeloop/protocol';
import { Aedes } from 'aedes';
import { jwtVerify } from 'jose';
import { AgentInternalError } from '../errors.ts';
import { makeTestKey, sealed, type TestKey, type TestRelease } from './test-release.ts';

/** Changes a chunk on its way; undefined swallows it. */
export type Meddler = (digest: string, index: number, payload: Uint8Array) => Uint8Array | undefined;

interface Watermark {
  upTo: number;
  readonly items: (TelemetryWindow | Sample)[];
}

/**
 * The half of a hub that an agent meets, over a real broker: checks tokens, signs desired state, serves chunks,
 * takes telemetry in order and acknowledges it.
 */
export class TestHub {
  readonly hubId = 'test-hub';
  readonly key: TestKey = makeTestKey();
  readonly births: Birth[] = [];
  readonly deaths: Death[] = [];
  readonly states: ReportedState[] = [];
  readonly wants: string[] = [];
  /** Frames as they came, duplicates included. */
  readonly frames: TelemetryFrame[] = [];
  chunksSent = 0;
  refused = 0;
  isAcknowledging = true;
  meddle: Meddler | undefined;
  readonly #devices = new Map<string, string>();
  readonly #blobs = new Map<string, TestRelease['blobs'] extends ReadonlyMap<string, infer Blob> ? Blob : never>();
  readonly #stored = new Map<string, Watermark>();
  #aedes: Aedes | undefined;
  #server: Server | undefined;
  #generation = 0;

  get mqttUrl(): string {
    const address = this.#server?.address();
    return `mqtt://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
  }

  async start(port = 0): Promise<void> {
    const aedes = await Aedes.createBroker();
    this.#aedes = aedes;
    aedes.authenticate = (client, username, password, done) => {
      this.#authenticate(client.id, username ?? '', String(password)).then(
        () => done(null, true),
        () => {
          this.refused += 1;
          done(null, false);
        },
      );
    };
    aedes.on('publish', (packet, client) => {
      const payload = new Uint8Array(packet.payload as Buffer);
      if (client !== null) this.#receive(packet.topic, payload);
      else if (parseTopic(packet.topic)?.name === 'death') this.deaths.push(Death.decode(payload));
    });
    this.#server = createServer(aedes.handle);
    await new Promise<void>((resolve) => this.#server?.listen(port, '127.0.0.1', resolve));
  }

  async stop(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#aedes?.close(() => resolve());
    });
    await new Promise<void>((resolve) => {
      this.#server?.close(() => resolve());
    });
  }

  /** Accepts a device by its public key. */
  admit(deviceId: string, publicKeyPem: string): void {
    this.#devices.set(deviceId, publicKeyPem);
  }

  /** Offers the blobs of a release. */
  offer(release: TestRelease): void {
    for (const [digest, blob] of release.blobs) this.#blobs.set(digest, blob);
  }

  /** Publishes a desired state for the slot `default`. */
  async desire(
    deviceId: string,
    release: TestRelease | undefined,
    options: { samples?: SamplePolicy; desired?: MessageInput<DesiredState>; key?: TestKey } = {},
  ): Promise<void> {
    this.#generation += 1;
    const slots =
      release === undefined
        ? []
        : [
            {
              slot: 'default',
              model: 'tiny',
              version: release.version,
              release: release.ref,
              samples: options.samples,
            },
          ];
    const desired = DesiredState.encode({
      ...{ deviceId, generation: this.#generation, issuedMs: 1, slots },
      ...options.desired,
    });
    await this.publishDesired(deviceId, await sealed(PAYLOAD_TYPES.desiredState, desired, [options.key ?? this.key]));
  }

  publishDesired(deviceId: string, envelope: Uint8Array): Promise<void> {
    return this.#publish(topics.desired.build(deviceId), envelope, true);
  }

  publishCommand(deviceId: string, command: Uint8Array): Promise<void> {
    return this.#publish(topics.command.build(deviceId), command, false);
  }

  publishAck(deviceId: string, ack: MessageInput<Ack>): Promise<void> {
    return this.#publish(topics.ack.build(deviceId), Ack.encode(ack), false);
  }

  /** Windows taken once each, in order. */
  windows(): TelemetryWindow[] {
    return this.#items('telemetry') as TelemetryWindow[];
  }

  samples(): Sample[] {
    return this.#items('samples') as Sample[];
  }

  lastState(): ReportedState | undefined {
    return this.states.at(-1);
  }

  #items(channel: string): (TelemetryWindow | Sample)[] {
    return [...this.#stored].flatMap(([name, { items }]) => (name.startsWith(`${channel} `) ? items : []));
  }

  async #authenticate(clientId: string, username: string, token: string): Promise<void> {
    const { payload } = await jwtVerify(token, createPublicKey(this.#devices.get(username) ?? ''), {
      audience: this.hubId,
      subject: username,
      algorithms: ['EdDSA'],
    });
    if (clientId !== username || payload.jti === undefined) throw new AgentInternalError('INTERNAL', 'not this device');
  }

  #receive(topic: string, payload: Uint8Array): void {
    const parsed = parseTopic(topic);
    const deviceId = parsed?.deviceId ?? '';
    if (parsed?.name === 'birth') this.births.push(Birth.decode(payload));
    else if (parsed?.name === 'death') this.deaths.push(Death.decode(payload));
    else if (parsed?.name === 'state') this.states.push(ReportedState.decode(payload));
    else if (parsed?.name === 'want') this.#serve(Want.decode(payload));
    else if (parsed?.name === 'telemetry') this.#takeFrame(deviceId, TelemetryFrame.decode(payload));
    else if (parsed?.name === 'samples') this.#takeSamples(deviceId, SampleBatch.decode(payload));
  }

  #takeFrame(deviceId: string, frame: TelemetryFrame): void {
    this.frames.push(frame);
    for (const window of frame.windows) {
      this.#take('telemetry', frame.bootId, window.firstSequence, window.lastSequence, window);
    }
    this.#acknowledge(deviceId, 'telemetry', frame.bootId);
  }

  #takeSamples(deviceId: string, batch: SampleBatch): void {
    for (const sample of batch.samples) this.#take('samples', batch.bootId, sample.sequence, sample.sequence, sample);
    this.#acknowledge(deviceId, 'samples', batch.bootId);
  }

  /** At or below the watermark: known. Past a gap: not taken. */
  #take(channel: string, bootId: string, first: number, last: number, item: TelemetryWindow | Sample): void {
    const watermark = this.#watermark(channel, bootId);
    if (first !== watermark.upTo + 1) return;
    watermark.upTo = last;
    watermark.items.push(item);
  }

  #acknowledge(deviceId: string, channel: string, bootId: string): void {
    if (!this.isAcknowledging) return;
    const { upTo } = this.#watermark(channel, bootId);
    this.publishAck(deviceId, { bootId, channel, upToSequence: upTo }).catch(() => undefined);
  }

  #watermark(channel: string, bootId: string): Watermark {
    const name = `${channel} ${bootId}`;
    let watermark = this.#stored.get(name);
    if (watermark === undefined) {
      watermark = { upTo: 0, items: [] };
      this.#stored.set(name, watermark);
    }
    return watermark;
  }

  #serve(want: Want): void {
    const digest = digestHex(want.digest);
    this.wants.push(digest);
    const blob = this.#blobs.get(digest);
    if (blob === undefined) return;
    const arrived = ChunkBitmap.fromMissingBytes(want.missing, blob.ref.chunkDigests.length);
    for (const index of arrived.missing()) {
      const { offset, lengthBytes } = chunkRange(blob.ref, index);
      const payload = BlobChunk.encode({ data: blob.bytes.subarray(offset, offset + lengthBytes) });
      const sent = this.meddle === undefined ? payload : this.meddle(digest, index, payload);
      if (sent === undefined) continue;
      this.chunksSent += 1;
      this.#publish(topics.chunk.build(digest, index), sent, false, 0).catch(() => undefined);
    }
  }

  #publish(topic: string, payload: Uint8Array, retain: boolean, qos: 0 | 1 = 1): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#aedes?.publish(
        { cmd: 'publish', dup: false, topic, payload: Buffer.from(payload), retain, qos },
        (error) => (error ? reject(error) : resolve()),
      );
    });
  }
}
