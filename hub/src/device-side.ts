import type { LiveTelemetry } from './api/live-telemetry.ts';
import { ackSender, connectDeviceMessages } from './device-messages.ts';
import { messageOf } from './errors.ts';
import { BlobDelivery } from './fleet/blob-delivery.ts';
import { OfferedBlobs } from './fleet/offered-blobs.ts';
import { Presence } from './fleet/presence.ts';
import type { HubCore } from './hub-core.ts';
import type { Received } from './ingest/channel.ts';
import { ChannelIngest } from './ingest/channel-ingest.ts';
import { ReleaseCatalog } from './ingest/release-catalog.ts';
import { type NumberedSample, SampleChannel } from './ingest/sample-channel.ts';
import { TelemetryChannel } from './ingest/telemetry-channel.ts';
import type { StopStack } from './stop-stack.ts';
import { mergeFrame, type TelemetryWindow } from './telemetry-notice.ts';

/** What the device side tells the pipeline. */
export interface DeviceNews {
  reportReceived(deviceId: string): Promise<void>;
  telemetryStored(model: string): Promise<void>;
}

/** Everything that talks with devices. */
export interface DeviceSide {
  readonly telemetry: ChannelIngest<TelemetryWindow>;
  readonly samples: ChannelIngest<NumberedSample>;
  /** Stores and acknowledges what waits. */
  flush(): Promise<void>;
}

/** Makes the parts that talk with devices and connects them with the broker, which is not started yet. */
export async function buildDeviceSide(
  core: HubCore,
  live: LiveTelemetry,
  news: DeviceNews,
  stops: StopStack,
): Promise<DeviceSide> {
  const { store, blobs, broker, clock, log, refusals } = core;
  const refuse = refusals.record.bind(refusals);
  const told = (what: Promise<void>): void => {
    what.catch((error) => log.error({ cause: messageOf(error) }, 'the pipeline does not take news of devices'));
  };
  const presence = new Presence({
    store,
    clock,
    log,
    refuse,
    onReport: (deviceId) => told(news.reportReceived(deviceId)),
  });
  const offered = new OfferedBlobs(store);
  const isOffered = offered.includes.bind(offered);
  const delivery = new BlobDelivery({ broker, blobs, log, refuse, isOffered });
  const releases = new ReleaseCatalog(store, blobs);
  const sendAck = ackSender(broker);
  const onKept = (windows: readonly Received<TelemetryWindow>[]): void => {
    for (const notice of mergeFrame(windows, clock.nowMs())) live.publish(notice);
    for (const model of new Set(windows.map(({ item }) => item.model))) told(news.telemetryStored(model));
  };
  const shared = { store, clock, log, sendAck, refuse };
  const telemetry = new ChannelIngest({ ...shared, channel: new TelemetryChannel(releases, onKept) });
  const samples = new ChannelIngest({ ...shared, channel: new SampleChannel(releases) });
  connectDeviceMessages({
    broker,
    presence,
    delivery,
    receiveTelemetry: (deviceId, bytes) => telemetry.receive(deviceId, bytes),
    receiveSamples: (deviceId, bytes) => samples.receive(deviceId, bytes),
  });
  broker.onRefusal((refusal) => told(refuse(refusal)));
  await presence.start();
  stops.push('presence', () => presence.stop());
  const flush = async (): Promise<void> => {
    await telemetry.flush();
    await samples.flush();
  };
  stops.push('ingest', flush);
  stops.push('delivery', () => delivery.stop());
  return { telemetry, samples, flush };
}
