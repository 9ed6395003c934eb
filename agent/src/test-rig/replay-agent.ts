import { join } from 'node:path';
import type { ReportedSlot } from '@edgeloop/protocol';
import type { AgentConfig } from '../device/config.ts';
import { type AfterTest, AgentProcess, temporaryFolder } from './agent-process.ts';
import { writeReadings } from './readings-file.ts';
import type { TestHub } from './test-hub.ts';

/** Rows of the file that the rig's agent replays once. */
export const ROWS = 600;

/** The only slot of the last report. */
export function slotOf(hub: TestHub): ReportedSlot | undefined {
  return hub.lastState()?.slots[0];
}

/** The slot, when the last report says that it runs this version. */
export function runs(hub: TestHub, version: number): ReportedSlot | undefined {
  const slot = slotOf(hub);
  return slot?.phase === 'running' && slot.running?.version === version ? slot : undefined;
}

/** Readings in all windows the hub has taken. */
export function counted(hub: TestHub): number {
  return hub.windows().reduce((sum, window) => sum + window.readings, 0);
}

/** An enrolled agent that replays ROWS readings once. */
export async function replayAgent(
  hub: TestHub,
  options: { readonly rowsPerSecond: number } & Partial<AgentConfig>,
  afterTest: AfterTest,
): Promise<AgentProcess> {
  const folder = await temporaryFolder(afterTest);
  const { rowsPerSecond, ...config } = options;
  const path = join(folder, 'readings.csv');
  await writeReadings(path, ROWS);
  return AgentProcess.prepare(
    hub,
    {
      profile: 'simulated',
      telemetry: { windowMs: 200 },
      trial: { seconds: 1 },
      slots: {
        default: {
          sources: [{ kind: 'csv-replay', path, rowsPerSecond, labelColumn: 'class' }],
          sinks: [{ kind: 'jsonl', path: join(folder, 'predictions.jsonl') }],
        },
      },
      ...config,
    },
    afterTest,
  );
}

/** Stops an agent and lets it replay the rest of its file fast, from where it was. */
export async function hurry(agent: AgentProcess): Promise<void> {
  await agent.kill();
  const { sources = [], sinks = [] } = agent.config.slots['default'] ?? {};
  const faster = sources.map((source) => ('rowsPerSecond' in source ? { ...source, rowsPerSecond: 1_000 } : source));
  await agent.configure({ slots: { default: { sources: faster, sinks } } });
  agent.start();
}
