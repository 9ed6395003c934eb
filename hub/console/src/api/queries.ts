import type { RunRecord } from '@edgeloop/hub';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { InferResponseType } from 'hono/client';
import { hubAnswer } from './hub-answer.ts';
import type { HubClient } from './hub-client.ts';

/** First word of every query key: what becomes stale together. */
export type QueryTopic =
  | 'devices'
  | 'models'
  | 'runs'
  | 'rollouts'
  | 'telemetry'
  | 'drift'
  | 'alerts'
  | 'retrainings'
  | 'events';

/** A device as the hub shows it. */
export type Device = InferResponseType<HubClient['devices']['$get'], 200>['devices'][number];

/** What a device says about one of its slots. */
export type ReportedSlot = NonNullable<Device['reported']>['slots'][number];

type VariantTests = InferResponseType<HubClient['models'][':name']['versions'][':version']['tests']['$get'], 200>;

/** What one variant of a version came to on all devices of one profile. */
export type VariantTestSummary = VariantTests['summary'][number];

/** Devices with the same processor that refused the same variant. */
export type VariantRefusal = VariantTests['refusals'][number];

/** Something that happened, as the hub tells it. */
export type HubEvent = InferResponseType<HubClient['events']['$get'], 200>['events'][number];

/** Figures of one device and version over one stretch of time. */
export type TelemetryPoint = InferResponseType<HubClient['telemetry']['$get'], 200>['series'][number];

/** Length of one point of telemetry. 'raw' is one window of the device. */
export type TelemetryStep = 'raw' | 'minute' | 'hour';

/** Everything is asked for again now and then, should the event stream miss something. */
export const SAFETY_NET_MS = 15_000;
export const EVENT_LIMIT = 200;
const DRIFT_CHECK_LIMIT = 60;
/** A run tells its progress to the hub without an event. */
const PROGRESS_EVERY_MS = 1_000;
/** Workers tell figures with their heartbeats. */
const METRICS_EVERY_MS = 5_000;

const isBusy = ({ state }: RunRecord) => !['done', 'refused', 'failed', 'cancelled'].includes(state);
const topic = (name: QueryTopic, ...rest: readonly unknown[]) => [name, ...rest] as const;

export const callerQuery = (hub: HubClient) =>
  queryOptions({ queryKey: ['me'], queryFn: () => hubAnswer(hub.me.$get()), staleTime: Number.POSITIVE_INFINITY });

export const infoQuery = (hub: HubClient) =>
  queryOptions({ queryKey: ['info'], queryFn: () => hubAnswer(hub.info.$get()), staleTime: Number.POSITIVE_INFINITY });

export const devicesQuery = (hub: HubClient) =>
  queryOptions({
    queryKey: topic('devices'),
    queryFn: async () => (await hubAnswer(hub.devices.$get())).devices,
  });

export const deviceQuery = (hub: HubClient, id: string) =>
  queryOptions({
    queryKey: topic('devices', id),
    queryFn: () => hubAnswer(hub.devices[':id'].$get({ param: { id } })),
  });

export const modelsQuery = (hub: HubClient) =>
  queryOptions({ queryKey: topic('models'), queryFn: async () => (await hubAnswer(hub.models.$get())).models });

export const modelQuery = (hub: HubClient, name: string) =>
  queryOptions({
    queryKey: topic('models', name),
    queryFn: () => hubAnswer(hub.models[':name'].$get({ param: { name } })),
  });

/** What goes into a version and what comes out; it never changes. */
export const signatureQuery = (hub: HubClient, name: string, version: number) =>
  queryOptions({
    queryKey: topic('models', name, 'signature', version),
    queryFn: () =>
      hubAnswer(hub.models[':name'].versions[':version'].signature.$get({ param: { name, version: String(version) } })),
  });

/** What devices found when they tested the variants of a version. */
export const variantTestsQuery = (hub: HubClient, name: string, version: number) =>
  queryOptions({
    queryKey: topic('models', name, 'tests', version),
    queryFn: () => {
      const param = { name, version: String(version) };
      return hubAnswer(hub.models[':name'].versions[':version'].tests.$get({ param, query: { limit: '1' } }));
    },
  });

export const runsQuery = (hub: HubClient) =>
  queryOptions({
    queryKey: topic('runs'),
    queryFn: async () => (await hubAnswer(hub.runs.$get({ query: {} }))).runs,
    refetchInterval: (query) => (query.state.data?.some(isBusy) ? PROGRESS_EVERY_MS : SAFETY_NET_MS),
  });

export const runQuery = (hub: HubClient, id: string) =>
  queryOptions({
    queryKey: topic('runs', id),
    queryFn: () => hubAnswer(hub.runs[':id'].$get({ param: { id } })),
    refetchInterval: (query) => (query.state.data && isBusy(query.state.data) ? PROGRESS_EVERY_MS : SAFETY_NET_MS),
  });

/** Figures of the training of a run, by step and by epoch. */
export const runMetricsQuery = (hub: HubClient, { id, state }: Pick<RunRecord, 'id' | 'state'>) =>
  queryOptions({
    queryKey: topic('runs', id, 'metrics'),
    queryFn: () => hubAnswer(hub.runs[':id'].metrics.$get({ param: { id } })),
    refetchInterval: state === 'training' ? METRICS_EVERY_MS : SAFETY_NET_MS,
  });

export const rolloutsQuery = (hub: HubClient) =>
  queryOptions({
    queryKey: topic('rollouts'),
    queryFn: async () => (await hubAnswer(hub.rollouts.$get({ query: {} }))).rollouts,
  });

export const rolloutQuery = (hub: HubClient, id: string) =>
  queryOptions({
    queryKey: topic('rollouts', id),
    queryFn: () => hubAnswer(hub.rollouts[':id'].$get({ param: { id } })),
  });

/** Telemetry of a model, from `spanMs` ago until now. */
export const telemetryQuery = (hub: HubClient, model: string, spanMs: number, step: TelemetryStep) =>
  queryOptions({
    queryKey: topic('telemetry', model, spanMs, step),
    queryFn: async () => {
      const toMs = Date.now();
      const query = { model, from: String(toMs - spanMs), step };
      return { fromMs: toMs - spanMs, toMs, points: (await hubAnswer(hub.telemetry.$get({ query }))).series };
    },
    placeholderData: keepPreviousData,
  });

export const totalsQuery = (hub: HubClient) =>
  queryOptions({ queryKey: topic('telemetry', 'totals'), queryFn: () => hubAnswer(hub.telemetry.totals.$get()) });

/** Newest first. */
export const driftQuery = (hub: HubClient, name: string) =>
  queryOptions({
    queryKey: topic('drift', name),
    queryFn: async () => {
      const query = { limit: String(DRIFT_CHECK_LIMIT) };
      return (await hubAnswer(hub.models[':name'].drift.$get({ param: { name }, query }))).checks;
    },
  });

export const alertsQuery = (hub: HubClient) =>
  queryOptions({
    queryKey: topic('alerts'),
    queryFn: async () => (await hubAnswer(hub.alerts.$get({ query: {} }))).alerts,
  });

export const retrainingsQuery = (hub: HubClient) =>
  queryOptions({
    queryKey: topic('retrainings'),
    queryFn: async () => (await hubAnswer(hub.retrainings.$get({ query: {} }))).retrainings,
  });

/** Oldest first; live events are added to it as they come. */
export const eventsQuery = (hub: HubClient) =>
  queryOptions({
    queryKey: topic('events'),
    queryFn: async () => (await hubAnswer(hub.events.$get({ query: { limit: String(EVENT_LIMIT) } }))).events,
  });

export const deviceEventsQuery = (hub: HubClient, device: string) =>
  queryOptions({
    queryKey: topic('events', device),
    queryFn: async () => (await hubAnswer(hub.events.$get({ query: { device, limit: '50' } }))).events,
  });
