import type { AgentProgram } from '../rig/agent-program.ts';
import type { HubClient } from '../rig/hub-client.ts';
import type { HubProgram } from '../rig/hub-program.ts';
import type { Narrator } from './narrator.ts';
import type { ShuttleFiles } from './shuttle-data.ts';

export const DEMO_MODEL = 'shuttle';
export const DEMO_DATASET = 'shuttle';

/** The sensor that drifts, and by how much: its zero point moves, as after a loose mounting. */
export const DRIFT = { feature: 'V9', add: 60 } as const;

/** What every stage of the demo works with. */
export interface DemoContext {
  readonly folder: string;
  readonly narrator: Narrator;
  readonly hub: HubProgram;
  readonly client: HubClient;
  readonly agents: readonly AgentProgram[];
  readonly data: ShuttleFiles;
  /** While this file exists, the sensor of every device is off. */
  readonly driftSwitch: string;
}
