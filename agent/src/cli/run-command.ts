import { Agent } from '../agent.ts';
import { readDeviceSettings } from '../device/device-settings.ts';
import { requireIdentity } from '../device/identity.ts';
import { jsonLog } from '../log.ts';

/** Options of `edgeloop-agent run`. */
export interface RunOptions {
  readonly data: string;
  readonly config?: string;
}

/**
 * Runs the agent until SIGTERM or SIGINT. Standard output belongs to the sinks, the log goes to standard error.
 *
 * @throws AgentError as `requireIdentity`, `readDeviceSettings` and `Agent.open`
 */
export async function runCommand(options: RunOptions): Promise<void> {
  const identity = await requireIdentity(options.data);
  const settings = await readDeviceSettings({ configPath: options.config, enrolledProfile: identity.profile });
  const log = jsonLog((line) => process.stderr.write(line), { device: identity.deviceId });
  const agent = await Agent.open({ folder: options.data, identity, ...settings, log });
  const stopped = untilSignal();
  await agent.start();
  await stopped;
  await agent.stop();
}

function untilSignal(): Promise<void> {
  return new Promise((resolve) => {
    // A second signal while the agent is stopping must not cut off its last windows.
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => resolve());
  });
}
