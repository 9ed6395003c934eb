import type { LoopRig } from './loop-rig.ts';

/** Everything that must be the same however often the hub was killed; no ids, no times. */
export async function loopState({ store, fleet, worker }: LoopRig, model: string): Promise<unknown> {
  const rollouts = [...(await store.rollouts.list({ model }))].reverse();
  const devices = await store.devices.list();
  return {
    runs: (await store.runs.list({ model })).map(({ state, version, cause }) => ({ state, version, by: cause.kind })),
    versions: (await store.models.listVersions(model)).map(({ version, lineage }) => [
      version,
      lineage?.parentVersion ?? null,
    ]),
    aliases: await store.models.aliases(model),
    moves: (await store.models.aliasMoves(model)).map(({ alias, fromVersion, toVersion }) => [
      alias,
      fromVersion,
      toVersion,
    ]),
    rollouts: await Promise.all(
      rollouts.map(async ({ id, state, version, wave, cause }) => ({
        ...{ state, version, wave, by: cause.kind },
        devices: (await store.rollouts.devices(id)).map(({ deviceId, state, generation }) => [
          deviceId,
          state,
          generation,
        ]),
      })),
    ),
    desired: await Promise.all(
      devices.map(async ({ id, desiredGeneration }) => ({
        ...{ id, desiredGeneration, told: fleet.told.get(id)?.generation ?? 0 },
        slots: (await store.devices.desiredSlots(id)).map(({ slot, version }) => [slot, version]),
      })),
    ),
    alerts: (await store.alerts.list({ model })).map(({ state, version, resolution }) => [state, version, resolution]),
    retrainings: (await store.retrainings.list({ model })).map((entry) => ({
      state: entry.state,
      challenger: entry.challengerVersion,
      accepted: entry.verdict?.accepted ?? null,
      data: [entry.dataset, entry.heldOut],
    })),
    datasets: (await store.datasets.list()).map(({ name, version }) => `${name}@${version}`),
    jobs: [...worker.done],
    events: (await store.events.list({ limit: 1_000 })).map(({ kind }) => kind).sort(),
  };
}
