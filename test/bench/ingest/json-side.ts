import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import mqtt, { type MqttClient } from 'mqtt';
import { RigError } from '../../rig/errors.ts';
import { processTree } from '../../rig/process-memory.ts';
import type { BenchSample } from '../bench-case.ts';
import type { SensorRow } from './sensor-rows.ts';

/** Drives the peer: every sample is one JSON message at QoS 1. */
export class JsonSide {
  readonly #child: ChildProcess;
  readonly #rows: readonly SensorRow[];
  #client: MqttClient | undefined;
  #stored = 0;
  #sent = 0;

  constructor(folder: string, rows: readonly SensorRow[]) {
    this.#rows = rows;
    this.#child = fork(fileURLToPath(new URL('./json-peer.js', import.meta.url)), [join(folder, 'peer.db')]);
  }

  async start(): Promise<void> {
    const port = await new Promise<number>((resolve) => {
      this.#child.on('message', (message: { port?: number; stored?: number }) => {
        if (message.port !== undefined) resolve(message.port);
        if (message.stored !== undefined) this.#stored = message.stored;
      });
    });
    this.#client = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, { clientId: 'json-device' });
  }

  async round(): Promise<BenchSample> {
    const client = this.#client;
    if (client === undefined) throw new RigError('STAGE_FAILED', 'start() comes first');
    const cpuBefore = this.#cpuSeconds();
    const startedMs = performance.now();
    const pending: Promise<unknown>[] = [];
    for (const [index, row] of this.#rows.entries()) {
      pending.push(client.publishAsync('samples/json-device', this.#message(row, index), { qos: 1 }));
      if (pending.length >= 1_000) await Promise.all(pending.splice(0));
    }
    await Promise.all(pending);
    this.#sent += this.#rows.length;
    while (this.#stored < this.#sent) await new Promise((resolve) => setTimeout(resolve, 2));
    const wallSeconds = (performance.now() - startedMs) / 1000;
    return { figure: this.#rows.length / wallSeconds, wallSeconds, cpuSeconds: this.#cpuSeconds() - cpuBefore };
  }

  async stop(): Promise<void> {
    await this.#client?.endAsync();
    this.#child.kill();
  }

  #message(row: SensorRow, index: number): string {
    const { fields, label } = row;
    return JSON.stringify({
      deviceId: 'json-device',
      atMs: 1_700_000_000_000 + index,
      predicted: label,
      confidence: 0.97,
      latencyMs: 0.04,
      fields,
    });
  }

  #cpuSeconds(): number {
    const { user, system } = process.cpuUsage();
    const peer = processTree(this.#child.pid ?? 0).reduce((sum, usage) => sum + usage.cpuSeconds, 0);
    return (user + system) / 1e6 + peer;
  }
}
