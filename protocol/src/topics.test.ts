import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type DeviceTopicName, mayPublish, maySubscribe, ProtocolUsageError, parseTopic, topics } from './index.ts';

const digest = 'ab'.repeat(32);
const deviceTopics: readonly DeviceTopicName[] = [
  ...(['birth', 'death', 'state', 'telemetry', 'samples', 'want'] as const),
  ...(['ack', 'desired', 'command'] as const),
];
const identifier = fc.stringMatching(/^[a-z0-9][a-z0-9._-]{0,62}$/);

describe('building and parsing', () => {
  for (const name of deviceTopics) {
    test(`${name} comes back as it was built`, () => {
      fc.assert(
        fc.property(identifier, (deviceId) => {
          const topic = topics[name].build(deviceId);
          expect(parseTopic(topic)).toEqual({ name, deviceId });
          expect(topics[name].parse(topic)).toEqual({ name, deviceId });
        }),
      );
    });
  }

  test('chunk and tuf come back as they were built', () => {
    fc.assert(
      fc.property(fc.nat(0xffff_ffff), identifier, (chunk, role) => {
        expect(parseTopic(topics.chunk.build(digest, chunk))).toEqual({ name: 'chunk', digest, chunk });
        expect(parseTopic(topics.tuf.build(role))).toEqual({ name: 'tuf', role });
      }),
    );
  });

  test('a topic of another kind is not parsed as this one', () => {
    expect(topics.birth.parse(topics.death.build('d1'))).toBeUndefined();
  });

  test('the patterns are the ones of the design', () => {
    expect(
      Object.values(topics)
        .map(({ pattern }) => pattern.replace('edgeloop/v1/', ''))
        .sort(),
    ).toEqual([
      'blob/<digest>/<chunk>',
      ...['d/<device>/down/ack', 'd/<device>/down/command', 'd/<device>/down/desired'],
      ...['d/<device>/up/birth', 'd/<device>/up/death', 'd/<device>/up/samples', 'd/<device>/up/state'],
      ...['d/<device>/up/telemetry', 'd/<device>/up/want', 'tuf/<role>'],
    ]);
    const retained = Object.values(topics).filter((topic) => topic.retained);
    expect(retained.map((topic) => topic.name)).toEqual(['desired', 'tuf']);
    expect(
      Object.values(topics)
        .filter((topic) => topic.qos === 0)
        .map((topic) => topic.name),
    ).toEqual(['want', 'chunk']);
  });

  const unbuildable: [string, () => string][] = [
    ['a wildcard device', () => topics.birth.build('+')],
    ['an empty device', () => topics.birth.build('')],
    ['a device with a level', () => topics.birth.build('a/b')],
    ['a device in capitals', () => topics.birth.build('D1')],
    ['a device of 64 characters', () => topics.birth.build('a'.repeat(64))],
    ['a short digest', () => topics.chunk.build('ab', 0)],
    ['a negative chunk', () => topics.chunk.build(digest, -1)],
    ['half a chunk', () => topics.chunk.build(digest, 0.5)],
    ['a wildcard role', () => topics.tuf.build('#')],
  ];
  for (const [what, act] of unbuildable) {
    test(`refuses to build ${what}`, () => expect(act).toThrow(ProtocolUsageError));
  }
});

describe('hostile topics', () => {
  const hostile = [
    '',
    '/',
    '#',
    '+/v1/d/d1/up/birth',
    'edgeloop/v1',
    'edgeloop/v1/',
    'edgeloop/v2/d/d1/up/birth',
    'edgeloop/v1/d/d1/up',
    'edgeloop/v1/d/d1/up/',
    'edgeloop/v1/d/d1/up/birth/',
    'edgeloop/v1/d/d1/up/birth/x',
    'edgeloop/v1/d//up/birth',
    'edgeloop/v1/d/../up/birth',
    'edgeloop/v1/d/.hidden/up/birth',
    'edgeloop/v1/d/d1/down/birth',
    'edgeloop/v1/d/d1/up/ack',
    'edgeloop/v1/d/d1/up/chunk',
    'edgeloop/v1/d/d1/up/tuf',
    'edgeloop/v1/d/d1/up/constructor',
    'edgeloop/v1/d/d1/up/__proto__',
    'edgeloop/v1/d/d1/up/unknown',
    'edgeloop/v1/d/d1\u0000/up/birth',
    'edgeloop/v1/d/d1\n/up/birth',
    'edgeloop/v1/d/d1/up/birth\n',
    ' edgeloop/v1/d/d1/up/birth',
    `edgeloop/v1/blob/${digest}`,
    `edgeloop/v1/blob/${digest}/`,
    `edgeloop/v1/blob/${digest}/01`,
    `edgeloop/v1/blob/${digest}/-1`,
    `edgeloop/v1/blob/${digest}/1e3`,
    `edgeloop/v1/blob/${digest}/4294967296`,
    `edgeloop/v1/blob/${digest}/99999999999999999999`,
    `edgeloop/v1/blob/${digest}/0/0`,
    `edgeloop/v1/blob/${digest.toUpperCase()}/0`,
    'edgeloop/v1/tuf',
    'edgeloop/v1/tuf/',
    'edgeloop/v1/tuf/root/',
    'edgeloop/v1/tuf/root/1',
    'edgeloop/v1/tuf/Root',
    '$SYS/broker/version',
    '$share/g/edgeloop/v1/d/d1/up/birth',
    'edgeloop/v1/'.repeat(5000),
  ];
  for (const topic of hostile) {
    test(`${JSON.stringify(topic.slice(0, 80))} is no topic`, () => {
      expect(parseTopic(topic)).toBeUndefined();
      expect(mayPublish('d1', topic)).toBe(false);
    });
  }

  test('no text at all makes the parser or the rules throw', () => {
    const levels = ['edgeloop', 'v1', 'd', 'd1', 'up', 'down', 'birth', '+', '#', '', 'blob', digest, '0', 'tuf', '$'];
    const text = fc.array(fc.constantFrom(...levels), { maxLength: 9 }).map((parts) => parts.join('/'));
    fc.assert(
      fc.property(fc.oneof(text, fc.string()), (topic) => {
        const parsed = parseTopic(topic);
        if (parsed?.deviceId !== undefined) expect(topics[parsed.name as DeviceTopicName].build('d1')).toBe(topic);
        if (mayPublish('d1', topic)) expect(topic).toMatch(/^edgeloop\/v1\/d\/d1\/up\/[a-z]+$/);
        if (maySubscribe('d1', topic)) expect(topic).toMatch(/^edgeloop\/v1\/(?:d\/d1\/down|blob|tuf)\//);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('what a device may publish', () => {
  for (const name of deviceTopics) {
    const isUp = topics[name].direction === 'device -> hub';
    test(`${isUp ? 'allows' : 'refuses'} its own ${name}, and refuses another's`, () => {
      expect(mayPublish('d1', topics[name].build('d1'))).toBe(isUp);
      expect(mayPublish('d1', topics[name].build('d2'))).toBe(false);
      expect(mayPublish('d1', topics[name].build('d11'))).toBe(false);
    });
  }

  test('refuses chunks and metadata', () => {
    expect(mayPublish('d1', topics.chunk.build(digest, 0))).toBe(false);
    expect(mayPublish('d1', topics.tuf.build('root'))).toBe(false);
  });
});

describe('what a device may subscribe to', () => {
  const allowed = [
    'edgeloop/v1/d/d1/down/#',
    'edgeloop/v1/d/d1/down/+',
    'edgeloop/v1/d/d1/down/ack',
    'edgeloop/v1/d/d1/down/desired',
    'edgeloop/v1/d/d1/down/command',
    `edgeloop/v1/blob/${digest}/+`,
    `edgeloop/v1/blob/${digest}/17`,
    'edgeloop/v1/tuf/+',
    'edgeloop/v1/tuf/timestamp',
  ];
  const refused = [
    '#',
    '+',
    '+/+',
    '+/v1/d/d1/down/#',
    'edgeloop/#',
    'edgeloop/v1/#',
    'edgeloop/v1/d/#',
    'edgeloop/v1/d/+/down/#',
    'edgeloop/v1/d/+/down/ack',
    'edgeloop/v1/d/d1/#',
    'edgeloop/v1/d/d1/+/ack',
    'edgeloop/v1/d/d1/down',
    'edgeloop/v1/d/d1/down/#/x',
    'edgeloop/v1/d/d1/down/ack/#',
    'edgeloop/v1/d/d1/down/ack/+',
    'edgeloop/v1/d/d1/down/unknown',
    'edgeloop/v1/d/d1/up/#',
    'edgeloop/v1/d/d1/up/+',
    'edgeloop/v1/d/d1/up/birth',
    'edgeloop/v1/d/d2/down/#',
    'edgeloop/v1/d/d2/down/desired',
    'edgeloop/v1/d/d11/down/#',
    'edgeloop/v1/blob/#',
    'edgeloop/v1/blob/+/+',
    'edgeloop/v1/blob/+/0',
    `edgeloop/v1/blob/${digest}/#`,
    `edgeloop/v1/blob/${digest}/+/+`,
    `edgeloop/v1/blob/${digest.slice(2)}/+`,
    'edgeloop/v1/tuf/#',
    'edgeloop/v1/tuf/+/+',
    '$SYS/#',
    '$SYS/broker/clients',
    '$share/g/edgeloop/v1/d/d1/down/#',
    '$share/g/#',
    '',
    'edgeloop/v1/+',
  ];
  for (const filter of allowed) {
    test(`allows ${filter}`, () => expect(maySubscribe('d1', filter)).toBe(true));
  }
  for (const filter of refused) {
    test(`refuses ${JSON.stringify(filter)}`, () => expect(maySubscribe('d1', filter)).toBe(false));
  }

  test('refuses everything to what is no device id', () => {
    for (const id of ['+', '#', '', 'a/b']) expect(maySubscribe(id, `edgeloop/v1/d/${id}/down/#`)).toBe(false);
    expect(maySubscribe('+', 'edgeloop/v1/tuf/+')).toBe(false);
  });
});
