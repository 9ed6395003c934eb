import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { RigError } from './errors.ts';
import { HubClient } from './hub-client.ts';
import { Program } from './program.ts';
import { projectRoot } from './project-root.ts';
import { waitFor } from './wait-for.ts';

interface HubAddress {
  readonly httpUrl: string;
  readonly mqttUrl: string;
  readonly pid: number;
}

/** A hub as a real process. Keeps its ports over restarts, as a hub in the field does. */
export class HubProgram {
  readonly dataFolder: string;
  readonly #program: Program;
  readonly #argv: string[];
  #address: HubAddress | undefined;

  constructor(folder: string, extraArgv: readonly string[] = []) {
    this.dataFolder = join(folder, 'hub');
    this.#argv = [
      join(projectRoot(), 'hub/bin/edgeloop.js'),
      'hub',
      '--data',
      this.dataFolder,
      '--http-port',
      '0',
      '--mqtt-port',
      '0',
      ...extraArgv,
    ];
    this.#program = new Program({ name: 'hub', argv: this.#argv, logPath: join(folder, 'hub.log') });
  }

  get address(): HubAddress {
    if (!this.#address) throw new RigError('PROCESS_ENDED', 'the hub has not been started');
    return this.#address;
  }

  get pid(): number {
    return this.#program.pid;
  }

  get isRunning(): boolean {
    return this.#program.isRunning;
  }

  /** The administrator token that the hub made on its first start. */
  get adminToken(): string {
    return readFileSync(join(this.dataFolder, 'admin-token'), 'utf8').trim();
  }

  get client(): HubClient {
    return new HubClient(this.address.httpUrl, this.adminToken);
  }

  async start(): Promise<void> {
    const addressFile = join(this.dataFolder, 'hub.json');
    rmSync(addressFile, { force: true });
    this.#program.start();
    this.#address = await waitFor<HubAddress>('the hub to be ready', () => {
      if (!this.#program.isRunning) {
        throw new RigError('PROCESS_ENDED', `the hub ended at start, see ${this.#program.options.logPath}`);
      }
      return existsSync(addressFile) && JSON.parse(readFileSync(addressFile, 'utf8'));
    });
    this.#argv[this.#argv.indexOf('--http-port') + 1] = new URL(this.#address.httpUrl).port;
    this.#argv[this.#argv.indexOf('--mqtt-port') + 1] = new URL(this.#address.mqttUrl).port;
  }

  async kill(): Promise<void> {
    await this.#program.kill();
  }

  async stop(): Promise<void> {
    await this.#program.stop();
  }
}
