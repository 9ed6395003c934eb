import { type ChildProcess, spawn } from 'node:child_process';
import { createPublicKey } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type AgentConfig, EMPTY_CONFIG } from '../device/config.ts';
import { makePrivateKey, saveIdentity } from '../device/identity.ts';
import { FAULT_POINT_VARIABLE } from '../fault-point.ts';
import { TestHub } from './test-hub.ts';

/** Options of Node that run a program of this package from source. */
export const FROM_SOURCE: readonly string[] = ['--conditions=@edgeloop/source', '--import', 'tsx'];

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));

/** Has something done when the test is over: vitest's `onTestFinished`. */
export type AfterTest = (action: () => Promise<void>) => void;

/** A folder that is gone after the test. */
export async function temporaryFolder(afterTest: AfterTest): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'edgeloop-agent-'));
  afterTest(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A running test hub that is closed after the test. */
export async function startTestHub(afterTest: AfterTest): Promise<TestHub> {
  const hub = new TestHub();
  await hub.start();
  afterTest(() => hub.stop());
  return hub;
}

/** An agent as a real process that can be killed and started again. */
export class AgentProcess {
  readonly deviceId: string;
  readonly folder: string;
  readonly #configPath: string;
  #config: AgentConfig = EMPTY_CONFIG;
  #child: ChildProcess | undefined;
  #ended: Promise<string> = Promise.resolve('');
  log = '';
  output = '';

  constructor(deviceId: string, folder: string) {
    this.deviceId = deviceId;
    this.folder = folder;
    this.#configPath = join(folder, 'config.yaml');
  }

  /** Enrols the device by hand and writes its configuration. */
  static async prepare(hub: TestHub, config: AgentConfig, afterTest: AfterTest): Promise<AgentProcess> {
    const agent = new AgentProcess('device-1', await temporaryFolder(afterTest));
    const privateKeyPem = makePrivateKey();
    const publicKey = createPublicKey(privateKeyPem).export({ format: 'pem', type: 'spki' }).toString();
    hub.admit(agent.deviceId, publicKey);
    await saveIdentity(join(agent.folder, 'data'), {
      ...{ deviceId: agent.deviceId, hubId: hub.hubId, hubUrl: 'http://127.0.0.1:1', mqttUrl: hub.mqttUrl },
      hubKeys: [{ keyId: hub.key.keyId, publicKeyPem: hub.key.publicKeyPem }],
      privateKeyPem,
    });
    await agent.configure(config);
    afterTest(() => agent.kill());
    return agent;
  }

  /** Changes parts of its configuration, for its next start. */
  async configure(changes: Partial<AgentConfig>): Promise<void> {
    this.#config = { ...this.#config, ...changes };
    // JSON is YAML.
    await writeFile(this.#configPath, JSON.stringify(this.#config));
  }

  /** Its configuration, as of its next start. */
  get config(): AgentConfig {
    return this.#config;
  }

  get data(): string {
    return join(this.folder, 'data');
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Starts the agent. @param faultPoint where it, or a runner of it, kills itself */
  start(faultPoint?: string): void {
    const { [FAULT_POINT_VARIABLE]: _ignored, ...environment } = process.env;
    const child = spawn(
      process.execPath,
      [...FROM_SOURCE, MAIN, 'run', '--data', this.data, '--config', this.#configPath],
      {
        env: faultPoint === undefined ? environment : { ...environment, [FAULT_POINT_VARIABLE]: faultPoint },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    this.#child = child;
    child.stdout?.on('data', (part) => {
      this.output += String(part);
    });
    child.stderr?.on('data', (part) => {
      this.log += String(part);
    });
    this.#ended = new Promise((resolve) => {
      child.once('exit', (code, signal) => resolve(signal ?? String(code)));
    });
  }

  /** How it ended: a signal's name or an exit code. */
  get ended(): Promise<string> {
    return this.#ended;
  }

  async kill(): Promise<void> {
    this.#child?.kill('SIGKILL');
    await this.#ended;
  }

  /** Asks it to stop; resolves with how it ended. */
  stop(): Promise<string> {
    this.#child?.kill('SIGTERM');
    return this.#ended;
  }
}

/** Resolves once `condition` gives something. The test's own time limit ends it otherwise. */
export async function waitFor<Found>(condition: () => Found | undefined | false): Promise<Found> {
  for (;;) {
    const found = condition();
    if (found !== undefined && found !== false) return found;
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
  }
}
