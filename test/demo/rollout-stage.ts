import { RigError } from '../rig/errors.ts';
import { waitFor } from '../rig/wait-for.ts';
import { DEMO_MODEL, type DemoContext } from './demo-context.ts';
import { FLEET_SIZE } from './fleet.ts';
import { percent } from './narrator.ts';

interface RolloutView {
  readonly rollout: {
    readonly id: string;
    readonly version: number;
    readonly state: string;
    readonly wave: number;
    readonly reason: string | null;
    readonly plan: { readonly waves: readonly number[] };
  };
  readonly devices: readonly { readonly deviceId: string; readonly wave: number; readonly state: string }[];
}

export interface RolloutFigures {
  readonly id: string;
  readonly version: number;
  readonly waves: number;
  readonly devices: number;
  readonly seconds: number;
}

/** Which readings may come back: all of them here, for the demo's data is public. */
export const SAMPLE_POLICY = { kind: 'random', share: 0.5, perHour: 200_000, omitFields: [] };

export const DEMO_PLAN = {
  slot: 'default',
  labels: {},
  waves: [0.34, 1],
  gate: { minSuccessShare: 1, deviceTimeoutMs: 60_000, minInferences: 100, soakMs: 1_000, maxErrorShare: 0.01 },
  samples: SAMPLE_POLICY,
};

export async function rollOut(context: DemoContext, version: number): Promise<RolloutFigures> {
  const rollout = await context.client.post<{ id: string }>('/rollouts', {
    model: DEMO_MODEL,
    version,
    plan: DEMO_PLAN,
  });
  return followRollout(context, rollout.id);
}

/** Tells each wave and each device, until the rollout is done. */
export async function followRollout({ client, narrator }: DemoContext, id: string): Promise<RolloutFigures> {
  const startedMs = Date.now();
  const told = new Set<string>();
  const tell = (line: string): void => {
    if (!told.has(line)) narrator.say(line);
    told.add(line);
  };
  const end = await waitFor(
    `rollout ${id} to end`,
    async () => {
      const view = await client.get<RolloutView>(`/rollouts/${id}`);
      const { rollout, devices } = view;
      tell(`wave ${rollout.wave + 1} of ${rollout.plan.waves.length}`);
      for (const device of devices) {
        if (device.state !== 'waiting') tell(`wave ${device.wave + 1}: ${device.deviceId} ${device.state}`);
      }
      return ['done', 'aborted', 'rolled-back'].includes(rollout.state) && view;
    },
    { timeoutMs: 120_000, intervalMs: 250 },
  );
  const healthy = end.devices.filter((device) => device.state === 'healthy').length;
  if (end.rollout.state !== 'done' || healthy < FLEET_SIZE) {
    throw new RigError('STAGE_FAILED', `rollout ended as ${end.rollout.state}: ${end.rollout.reason ?? 'no reason'}`);
  }
  narrator.say(
    `rollout done: ${percent(healthy / end.devices.length)} of the devices run version ${end.rollout.version}`,
  );
  return {
    id,
    version: end.rollout.version,
    waves: end.rollout.plan.waves.length,
    devices: healthy,
    seconds: (Date.now() - startedMs) / 1000,
  };
}
