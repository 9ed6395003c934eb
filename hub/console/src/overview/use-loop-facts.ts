import { useQuery } from '@tanstack/react-query';
import {
  alertsQuery,
  devicesQuery,
  driftQuery,
  modelQuery,
  retrainingsQuery,
  rolloutsQuery,
  runsQuery,
  telemetryQuery,
  totalsQuery,
} from '../api/queries.ts';
import { LATEST_SPAN_MS } from '../monitoring/latest-figures.ts';
import { useSession } from '../session/session-context.ts';
import type { LoopFacts } from './loop-stages.ts';

/** Everything the overview shows of one model's loop, and the first thing that went wrong in asking for it. */
export function useLoopFacts(model: string): { facts: LoopFacts; error: Error | null } {
  const { hub } = useSession();
  const devices = useQuery(devicesQuery(hub));
  const telemetry = useQuery(telemetryQuery(hub, model, LATEST_SPAN_MS, 'raw'));
  const totals = useQuery(totalsQuery(hub));
  const drift = useQuery(driftQuery(hub, model));
  const alerts = useQuery(alertsQuery(hub));
  const retrainings = useQuery(retrainingsQuery(hub));
  const runs = useQuery(runsQuery(hub));
  const versions = useQuery(modelQuery(hub, model));
  const rollouts = useQuery(rolloutsQuery(hub));

  const champion = versions.data?.aliases['champion'];
  const ofModel = <T extends { readonly model: string }>(list: readonly T[] | undefined) =>
    list?.filter((one) => one.model === model) ?? [];
  const queries = [devices, telemetry, totals, drift, alerts, retrainings, runs, versions, rollouts];
  return {
    facts: {
      devices: devices.data ?? [],
      points: telemetry.data?.points ?? [],
      storedWindows: totals.data?.windows,
      checks: drift.data ?? [],
      alerts: ofModel(alerts.data),
      retrainings: ofModel(retrainings.data),
      runs: ofModel(runs.data),
      champion: versions.data?.versions.find(({ version }) => version === champion),
      rollouts: ofModel(rollouts.data),
    },
    error: queries.find(({ error }) => error)?.error ?? null,
  };
}
