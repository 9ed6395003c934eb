import { ProtocolUsageError } from './errors.ts';
import { invalidDeviceId, isDeviceId } from './identifiers.ts';

/** First levels of every topic; the last of them rises when topics change incompatibly. */
export const TOPIC_ROOT = 'edgeloop/v1';

/** Topics a device owns: one of each per device. */
export type DeviceTopicName =
  | 'birth'
  | 'death'
  | 'state'
  | 'telemetry'
  | 'ack'
  | 'samples'
  | 'desired'
  | 'command'
  | 'want';

export type TopicName = DeviceTopicName | 'chunk' | 'tuf';

/** What a topic names, read back from its text. */
export interface ParsedTopic {
  readonly name: TopicName;
  readonly deviceId?: string;
  /** SHA-256 of the blob, 64 hex digits. */
  readonly digest?: string;
  readonly chunk?: number;
  readonly role?: string;
}

/** One kind of topic: who publishes what there, and how. */
export interface Topic<Parts extends readonly unknown[]> {
  readonly name: TopicName;
  /** The topic with `<names>` in place of its variable levels. */
  readonly pattern: string;
  readonly direction: 'device -> hub' | 'hub -> device' | 'hub -> devices';
  readonly qos: 0 | 1;
  readonly retained: boolean;
  /** Message in the payload. */
  readonly payload: string;
  readonly description: string;

  /** @throws ProtocolUsageError INVALID_IDENTIFIER or INVALID_INPUT for parts that cannot be topic levels */
  build(...parts: Parts): string;

  /** The variable levels of `topic`; undefined when it is not of this kind. */
  parse(topic: string): ParsedTopic | undefined;
}

const LONGEST_TOPIC = 160;
const DIGEST_PATTERN = /^[0-9a-f]{64}$/;
const CHUNK_PATTERN = /^(?:0|[1-9][0-9]{0,9})$/;
const LARGEST_CHUNK = 0xffff_ffff;

type DeviceTopic = Topic<[deviceId: string]>;

/** Every topic of the protocol. */
export const topics: Readonly<Record<DeviceTopicName, DeviceTopic>> & {
  readonly chunk: Topic<[digestHex: string, index: number]>;
  readonly tuf: Topic<[role: string]>;
} = {
  birth: fromDevice(
    'birth',
    1,
    'Birth',
    'Who the device is, its profile, what it can do and the boot id of this start.',
  ),
  death: fromDevice('death', 1, 'Death', 'The device is gone: said by itself, or by the broker as its last will.'),
  state: fromDevice('state', 1, 'ReportedState', 'What runs on the device, what was verified, and what went wrong.'),
  telemetry: fromDevice('telemetry', 1, 'TelemetryFrame', 'Windows: summaries of what the models saw and said.'),
  samples: fromDevice('samples', 1, 'SampleBatch', 'Raw readings, only those the data policy lets through.'),
  want: fromDevice('want', 0, 'Want', 'The chunks of a blob that the device still lacks.'),
  ack: toDevice('ack', false, 'Ack', 'Stored up to this sequence number; only now may the device forget.'),
  desired: toDevice('desired', true, 'SignedEnvelope of DesiredState', 'What should run on the device, signed.'),
  command: toDevice('command', false, 'Command', 'Something to do once.'),
  chunk: chunkTopic(),
  tuf: tufTopic(),
};

/**
 * What `topic` names; undefined for anything that is not exactly a topic of this protocol, such as one with a
 * wildcard, an empty level or another version.
 */
export function parseTopic(topic: string): ParsedTopic | undefined {
  if (topic.length > LONGEST_TOPIC) return undefined;
  const [organisation, version, kind, first = '', second = '', third, ...rest] = topic.split('/');
  if (`${organisation}/${version}` !== TOPIC_ROOT || rest.length > 0) return undefined;
  if (kind === 'd') return parseDeviceTopic(first, second, third);
  if (third !== undefined) return undefined;
  if (kind === 'blob') return parseChunkTopic(first, second);
  if (kind === 'tuf' && topic.split('/').length === 4 && isRole(first)) return { name: 'tuf', role: first };
  return undefined;
}

/** Whether a device may publish there: on its own upward topics and nowhere else. */
export function mayPublish(deviceId: string, topic: string): boolean {
  const parsed = parseTopic(topic);
  if (parsed === undefined || parsed.deviceId !== deviceId) return false;
  return topics[parsed.name].direction === 'device -> hub';
}

/**
 * Whether a device may subscribe to `filter`: its own downward topics, chunks of a named blob, and signed metadata.
 * Filters that would match anything else are refused as a whole.
 */
export function maySubscribe(deviceId: string, filter: string): boolean {
  if (!isDeviceId(deviceId) || filter.length > LONGEST_TOPIC) return false;
  const down = `${TOPIC_ROOT}/d/${deviceId}/down/`;
  if (filter === `${down}#` || filter === `${down}+` || filter === `${TOPIC_ROOT}/tuf/+`) return true;
  const parsed = parseTopic(filter.replace(/\/\+$/, '/0'));
  if (parsed?.name === 'chunk') return true;
  if (filter.endsWith('+')) return false;
  return parsed?.name === 'tuf' || (parsed?.deviceId === deviceId && isDownward(parsed.name));
}

function isDownward(name: TopicName): boolean {
  return topics[name].direction === 'hub -> device';
}

function parseDeviceTopic(deviceId: string, way: string, leaf: string | undefined): ParsedTopic | undefined {
  if (leaf === undefined || !isDeviceId(deviceId) || !Object.hasOwn(topics, leaf)) return undefined;
  const name = leaf as TopicName;
  if (topics[name].pattern !== `${TOPIC_ROOT}/d/<device>/${way}/${leaf}`) return undefined;
  return { name, deviceId };
}

function parseChunkTopic(digest: string, index: string): ParsedTopic | undefined {
  if (!DIGEST_PATTERN.test(digest) || !CHUNK_PATTERN.test(index)) return undefined;
  const chunk = Number(index);
  return chunk > LARGEST_CHUNK ? undefined : { name: 'chunk', digest, chunk };
}

// Roles of The Update Framework, delegated ones included, follow the same rules as our own names.
function isRole(text: string): boolean {
  return isDeviceId(text);
}

function fromDevice(name: DeviceTopicName, qos: 0 | 1, payload: string, description: string): DeviceTopic {
  return deviceTopic(name, 'up', { direction: 'device -> hub', qos, retained: false, payload, description });
}

function toDevice(name: DeviceTopicName, retained: boolean, payload: string, description: string): DeviceTopic {
  return deviceTopic(name, 'down', { direction: 'hub -> device', qos: 1, retained, payload, description });
}

type TopicFacts = Pick<DeviceTopic, 'direction' | 'qos' | 'retained' | 'payload' | 'description'>;

function deviceTopic(name: DeviceTopicName, way: 'up' | 'down', facts: TopicFacts): DeviceTopic {
  return {
    name,
    pattern: `${TOPIC_ROOT}/d/<device>/${way}/${name}`,
    ...facts,
    build(deviceId) {
      if (!isDeviceId(deviceId)) throw invalidDeviceId(deviceId);
      return `${TOPIC_ROOT}/d/${deviceId}/${way}/${name}`;
    },
    parse: (topic) => parseAs(name, topic),
  };
}

function chunkTopic(): Topic<[digestHex: string, index: number]> {
  return {
    name: 'chunk',
    pattern: `${TOPIC_ROOT}/blob/<digest>/<chunk>`,
    direction: 'hub -> devices',
    qos: 0,
    retained: false,
    payload: 'BlobChunk',
    description: 'One chunk of a blob, sent once for all devices that want it.',
    build(digestHex, index) {
      if (!DIGEST_PATTERN.test(digestHex)) throw invalidPart('digest', '64 lower-case hex digits', digestHex);
      if (!Number.isInteger(index) || index < 0 || index > LARGEST_CHUNK) {
        throw invalidPart('chunk index', 'an integer from 0 to 2^32-1', index);
      }
      return `${TOPIC_ROOT}/blob/${digestHex}/${index}`;
    },
    parse: (topic) => parseAs('chunk', topic),
  };
}

function tufTopic(): Topic<[role: string]> {
  return {
    name: 'tuf',
    pattern: `${TOPIC_ROOT}/tuf/<role>`,
    direction: 'hub -> devices',
    qos: 1,
    retained: true,
    payload: 'signed JSON metadata of The Update Framework',
    description: 'Which releases exist and who vouches for them.',
    build(role) {
      if (!isRole(role)) throw invalidPart('role', 'a name of a-z, 0-9, ".", "_", "-"', role);
      return `${TOPIC_ROOT}/tuf/${role}`;
    },
    parse: (topic) => parseAs('tuf', topic),
  };
}

function parseAs(name: TopicName, topic: string): ParsedTopic | undefined {
  const parsed = parseTopic(topic);
  return parsed?.name === name ? parsed : undefined;
}

function invalidPart(part: string, expected: string, got: unknown): ProtocolUsageError {
  return new ProtocolUsageError('INVALID_INPUT', `${part} must be ${expected}, got ${JSON.stringify(got)}`);
}
