import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RigError } from './errors.ts';
import type { HubProgram } from './hub-program.ts';
import { Program } from './program.ts';
import { projectRoot } from './project-root.ts';

/** An agent as a real process, enrolled with a one-time token as a person would. */
export class AgentProgram {
  readonly deviceId: string;
  readonly dataFolder: string;
  readonly #folder: string;
  readonly #program: Program;

  /** @param config the agent's configuration; JSON is YAML */
  constructor(folder: string, deviceId: string, config: unknown) {
    this.deviceId = deviceId;
    this.#folder = folder;
    this.dataFolder = join(folder, deviceId);
    mkdirSync(this.dataFolder, { recursive: true, mode: 0o700 });
    const configPath = join(folder, `${deviceId}.yaml`);
    writeFileSync(configPath, JSON.stringify(config, null, 2));
    this.#program = new Program({
      name: deviceId,
      command: agentCommand(),
      argv: ['run', '--data', this.dataFolder, '--config', configPath],
      logPath: join(folder, `${deviceId}.log`),
    });
  }

  get pid(): number {
    return this.#program.pid;
  }

  get isRunning(): boolean {
    return this.#program.isRunning;
  }

  get ended(): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
    return this.#program.ended;
  }

  get logPath(): string {
    return join(this.#folder, `${this.deviceId}.log`);
  }

  async enroll(hub: HubProgram, profile: string): Promise<void> {
    const { token } = await hub.client.post<{ token: string }>('/enroll-tokens', { deviceId: this.deviceId });
    const result = spawnSync(
      agentCommand(),
      [
        'enroll',
        ...['--hub', hub.address.httpUrl, '--token', token],
        ...['--device-id', this.deviceId, '--data', this.dataFolder, '--profile', profile],
      ],
      { encoding: 'utf8' },
    );
    if (result.status !== 0) {
      throw new RigError('STAGE_FAILED', `enrol ${this.deviceId}: ${result.stderr || result.stdout}`);
    }
  }

  start(env: Readonly<Record<string, string>> = {}): void {
    this.#program.start(env);
  }

  /** Ports of the HTTP sources of its slot, once they listen. */
  ports(): readonly number[] {
    const result = spawnSync(agentCommand(), ['status', '--data', this.dataFolder, '--json'], { encoding: 'utf8' });
    const status = JSON.parse(result.stdout) as { slots: readonly { readonly ports?: readonly number[] }[] };
    return (status.slots[0]?.ports ?? []).filter((port) => port > 0);
  }

  async kill(): Promise<void> {
    await this.#program.kill();
  }

  async stop(): Promise<void> {
    await this.#program.stop();
  }
}

/** As people start it, with the flags in its first line. */
function agentCommand(): string {
  return join(projectRoot(), 'agent/bin/edgeloop-agent.js');
}
