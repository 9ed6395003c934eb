import { describe, expect, test } from 'vitest';
import { SseParser } from './sse-parser.ts';

describe('SseParser', () => {
  test('reads name, id and data of a message', () => {
    const messages = new SseParser().push('event: telemetry\nid: 7\ndata: {"a":1}\n\n');
    expect(messages).toEqual([{ event: 'telemetry', data: '{"a":1}', lastEventId: '7' }]);
  });

  test('gives the same messages wherever the network cuts the stream', () => {
    const stream = ': hello\r\nevent: event\r\nid: 1\r\ndata: one\r\ndata: two\r\n\r\nid: 2\r\ndata: three\r\n\r\n';
    const whole = new SseParser().push(stream);
    expect(whole).toEqual([
      { event: 'event', data: 'one\ntwo', lastEventId: '1' },
      { event: 'message', data: 'three', lastEventId: '2' },
    ]);
    for (let cut = 1; cut < stream.length; cut += 1) {
      const parser = new SseParser();
      expect([...parser.push(stream.slice(0, cut)), ...parser.push(stream.slice(cut))]).toEqual(whole);
    }
  });

  test('says nothing for comments that only keep the line open', () => {
    expect(new SseParser().push(': keep-alive\n\n: keep-alive\n\n')).toEqual([]);
  });

  test('keeps a message back until its empty line has come', () => {
    const parser = new SseParser();
    expect(parser.push('data: x\n')).toEqual([]);
    expect(parser.push('\n')).toHaveLength(1);
  });

  test('removes one space after the colon and no more', () => {
    expect(new SseParser().push('data:  x\n\ndata:y\n\n').map(({ data }) => data)).toEqual([' x', 'y']);
  });
});
