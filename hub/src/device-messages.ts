import { Ack, type MessageInput, parseTopic, type TopicName, topics } from '@edgeloop/protocol';
import type { Broker, DeviceMessage } from './broker/broker.ts';
import type { BlobDelivery } from './fleet/blob-delivery.ts';
import type { Presence } from './fleet/presence.ts';

/** Takes one kind of message; never rejects. */
type Receive = (deviceId: string, bytes: Uint8Array) => Promise<void>;

export interface DeviceMessagesParts {
  readonly broker: Broker;
  readonly presence: Presence;
  readonly delivery: BlobDelivery;
  readonly receiveTelemetry: Receive;
  readonly receiveSamples: Receive;
}

/** Connects the broker with the parts that take what devices say. */
export function connectDeviceMessages(parts: DeviceMessagesParts): void {
  const { broker, presence, delivery } = parts;
  const receivers: Partial<Record<TopicName, Receive>> = {
    birth: (deviceId, bytes) => presence.birth(deviceId, bytes),
    death: (deviceId, bytes) => presence.death(deviceId, bytes),
    state: (deviceId, bytes) => presence.report(deviceId, bytes),
    telemetry: parts.receiveTelemetry,
    samples: parts.receiveSamples,
    want: (deviceId, bytes) => delivery.want(deviceId, bytes),
  };
  broker.onMessage(async ({ deviceId, topic, payload }: DeviceMessage) => {
    const name = parseTopic(topic)?.name;
    await (name && receivers[name]?.(deviceId, payload));
  });
  broker.onConnection(({ deviceId, isConnected }) =>
    isConnected ? presence.connected(deviceId) : presence.disconnected(deviceId),
  );
}

/** Sends acknowledgements through the broker. */
export function ackSender(broker: Broker): (deviceId: string, ack: MessageInput<Ack>) => Promise<void> {
  return (deviceId, ack) => broker.publish(topics.ack.build(deviceId), Ack.encode(ack), { qos: 1, retain: false });
}
