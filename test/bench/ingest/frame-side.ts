import { Ack, type Release, TelemetryFrame, topics, WindowBuilder } from '@edgeloop/protocol';
import type { MqttClient } from 'mqtt';
import { RigError } from '../../rig/errors.ts';
import type { HubProgram } from '../../rig/hub-program.ts';
import { processTree } from '../../rig/process-memory.ts';
import type { RogueDevice } from '../../rig/rogue-device.ts';
import type { BenchSample } from '../bench-case.ts';
import type { SensorRow } from './sensor-rows.ts';

/** 5 s of a 100 Hz sensor. */
const READINGS_PER_WINDOW = 500;
const WINDOWS_PER_FRAME = 8;
/** As an agent sends them. */
const FRAMES_IN_FLIGHT = 4;
const BOOT_ID = 'bench-boot';

/** Drives the hub as an agent does: readings become windows, windows become frames, the hub acknowledges. */
export class FrameSide {
  readonly #hub: HubProgram;
  readonly #device: RogueDevice;
  readonly #release: Release;
  readonly #releaseDigest: Uint8Array;
  readonly #rows: readonly SensorRow[];
  #client: MqttClient | undefined;
  #acknowledged = 0;
  #sequence = 0;
  #wake: () => void = () => undefined;

  constructor(parts: {
    hub: HubProgram;
    device: RogueDevice;
    release: Release;
    releaseDigest: Uint8Array;
    rows: readonly SensorRow[];
  }) {
    this.#hub = parts.hub;
    this.#device = parts.device;
    this.#release = parts.release;
    this.#releaseDigest = parts.releaseDigest;
    this.#rows = parts.rows;
  }

  async start(): Promise<void> {
    this.#client = await this.#device.connect();
    await this.#client.subscribeAsync(topics.ack.build(this.#device.deviceId), { qos: 1 });
    this.#client.on('message', (topic, payload) => {
      if (topic !== topics.ack.build(this.#device.deviceId)) return;
      const ack = Ack.decode(payload);
      if (ack.rejections.length > 0)
        throw new RigError('STAGE_FAILED', `the hub rejected a window: ${ack.rejections[0]?.message}`);
      this.#acknowledged = Math.max(this.#acknowledged, ack.upToSequence);
      this.#wake();
    });
  }

  async round(): Promise<BenchSample> {
    const client = this.#client;
    if (client === undefined) throw new RigError('STAGE_FAILED', 'start() comes first');
    const cpuBefore = this.#cpuSeconds();
    const startedMs = performance.now();
    const topic = topics.telemetry.build(this.#device.deviceId);
    const readingsPerFrame = READINGS_PER_WINDOW * WINDOWS_PER_FRAME;
    for (let start = 0; start < this.#rows.length; start += readingsPerFrame) {
      await this.#acknowledgedBut(FRAMES_IN_FLIGHT * WINDOWS_PER_FRAME);
      const frame = this.#frame(this.#rows.slice(start, start + readingsPerFrame));
      client.publish(topic, Buffer.from(frame), { qos: 1 });
    }
    await this.#acknowledgedBut(0);
    const wallSeconds = (performance.now() - startedMs) / 1000;
    return { figure: this.#rows.length / wallSeconds, wallSeconds, cpuSeconds: this.#cpuSeconds() - cpuBefore };
  }

  async stop(): Promise<void> {
    await this.#client?.endAsync();
  }

  /** Waits until at most so many windows are not acknowledged. */
  async #acknowledgedBut(windows: number): Promise<void> {
    while (this.#sequence - this.#acknowledged > windows) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  #frame(rows: readonly SensorRow[]): Uint8Array {
    const windows = [];
    for (let start = 0; start < rows.length; start += READINGS_PER_WINDOW) {
      windows.push(this.#window(rows.slice(start, start + READINGS_PER_WINDOW)));
    }
    return TelemetryFrame.encode({ bootId: BOOT_ID, windows });
  }

  #window(rows: readonly SensorRow[]) {
    const { reference, signature } = this.#release;
    if (reference === undefined || signature === undefined)
      throw new RigError('STAGE_FAILED', 'the release has no reference');
    const { classes } = signature;
    const probabilities = classes.map(() => 0.03 / Math.max(1, classes.length - 1));
    const builder = new WindowBuilder({
      slot: 'default',
      model: this.#release.model,
      version: this.#release.version,
      releaseDigest: this.#releaseDigest,
      reference,
      classes,
    });
    for (const row of rows) {
      builder.addReading(row.fields);
      const classIndex = Math.max(0, classes.indexOf(row.label));
      builder.addPrediction({
        classIndex,
        confidence: 0.97,
        probabilities,
        latencyMs: 0.04,
        labelIndex: classIndex,
      });
    }
    const endMs = Date.now();
    this.#sequence += 1;
    const window = builder.close(endMs - 5_000, endMs, { rssBytesMax: 0, cpuSeconds: 0 });
    return { ...window, firstSequence: this.#sequence, lastSequence: this.#sequence };
  }

  #cpuSeconds(): number {
    const { user, system } = process.cpuUsage();
    const hub = processTree(this.#hub.pid).reduce((sum, usage) => sum + usage.cpuSeconds, 0);
    return (user + system) / 1e6 + hub;
  }
}
