import { setTimeout as delay } from 'node:timers/promises';
import type { AgentProgram } from '../rig/agent-program.ts';
import { type ProcessUsage, processTree } from '../rig/process-memory.ts';
import { waitFor } from '../rig/wait-for.ts';
import type { DemoContext } from './demo-context.ts';
import { bytes, percent } from './narrator.ts';

const IDLE_SECONDS = 10;
/** Start-up work (loading, garbage collection) is not idling. */
const SETTLE_SECONDS = 3;

export interface FootprintFigures {
  /** Busy device: supervisor and runner with the model, readings flowing. */
  readonly supervisorRssBytes: number;
  readonly runnerRssBytes: number;
  readonly totalRssBytes: number;
  /** Idle device, supervisor and runner together; 1 is one core. */
  readonly idleCpuShare: number;
  readonly idleRssBytes: number;
}

interface DeviceView {
  readonly reported: {
    readonly slots: readonly { readonly phase: string; readonly running?: { version: number } }[];
  } | null;
}

/** What the agent costs a device: memory of a busy one, processor time of one that only waits for requests. */
export async function measureFootprint(
  context: DemoContext,
  gateway: AgentProgram,
  version: number,
): Promise<FootprintFigures | null> {
  const { client, narrator, hub, agents } = context;
  const busy = agents[0] && processTree(agents[0].pid);
  if (!busy?.length) {
    narrator.say('not measured: this system has no /proc');
    return null;
  }
  await gateway.enroll(hub, 'simulated');
  gateway.start();
  await waitFor(
    'the late device to run the champion',
    async () => {
      const device = await client.get<DeviceView>(`/devices/${gateway.deviceId}`);
      return device.reported?.slots.some((slot) => slot.phase === 'running' && slot.running?.version === version);
    },
    { timeoutMs: 60_000, intervalMs: 250 },
  );
  narrator.say(`${gateway.deviceId} enrolled late and runs version ${version} by itself`);
  await delay(SETTLE_SECONDS * 1000);
  const before = processTree(gateway.pid);
  await delay(IDLE_SECONDS * 1000);
  const after = processTree(gateway.pid);
  const supervisor = busy.find((usage) => usage.pid === agents[0]?.pid);
  const totalRssBytes = sum(busy, (usage) => usage.rssBytes);
  const figures = {
    supervisorRssBytes: supervisor?.rssBytes ?? 0,
    runnerRssBytes: totalRssBytes - (supervisor?.rssBytes ?? 0),
    totalRssBytes,
    idleCpuShare: (sum(after, (usage) => usage.cpuSeconds) - sum(before, (usage) => usage.cpuSeconds)) / IDLE_SECONDS,
    idleRssBytes: sum(after, (usage) => usage.rssBytes),
  };
  narrator.say(
    `agent with the model: ${bytes(totalRssBytes)} resident, ${percent(figures.idleCpuShare)} of a core idle`,
  );
  return figures;
}

function sum(usages: readonly ProcessUsage[], pick: (usage: ProcessUsage) => number): number {
  return usages.reduce((total, usage) => total + pick(usage), 0);
}
