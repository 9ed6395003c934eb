import { useQueries } from '@tanstack/react-query';
import { type Device, telemetryQuery } from '../api/queries.ts';
import { LATEST_SPAN_MS, latestFigures } from '../monitoring/latest-figures.ts';
import type { MergedFigures } from '../monitoring/merged-figures.ts';
import { useSession } from '../session/session-context.ts';

/** What each device sees at the moment with each model it runs. */
export function useLatestFigures(
  devices: readonly Device[],
): (model: string, device: string) => MergedFigures | undefined {
  const { hub } = useSession();
  const running = devices.flatMap(({ reported }) => reported?.slots.map((slot) => slot.running?.model) ?? []);
  const models = [...new Set(running.filter((model) => model !== undefined))].sort();
  const answers = useQueries({
    queries: models.map((model) => telemetryQuery(hub, model, LATEST_SPAN_MS, 'raw')),
  });
  const byModel = new Map(models.map((model, i) => [model, latestFigures(answers[i]?.data?.points ?? [])]));
  return (model, device) => byModel.get(model)?.get(device);
}
