import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { ManualTime } from '../test-rig/manual-time.ts';
import { systemTime } from '../time.ts';
import { HttpDoor } from './http-door.ts';

describe('HttpDoor', () => {
  it('says at once that it is not ready before the first runner', async () => {
    const door = new HttpDoor(new ManualTime());
    onTestFinished(() => door.close());
    await door.open(0, '127.0.0.1');
    const client = connect(door.port, '127.0.0.1');
    client.write('GET /v2/health/live HTTP/1.1\r\nhost: device\r\n\r\n');
    // Nobody moves the time on.
    expect(await text(client)).toMatch(/^HTTP\/1\.1 503 /);
  });

  it('says that it is not ready when no runner came to serve, instead of cutting the connection', async () => {
    const time = new ManualTime();
    const door = new HttpDoor(time);
    onTestFinished(() => door.close());
    await door.open(0, '127.0.0.1');
    door.lead(() => true);
    door.lead(undefined);
    const client = connect(door.port, '127.0.0.1');
    client.write('GET /v2/health/ready HTTP/1.1\r\nhost: device\r\n\r\n');
    const answer = text(client);
    await vi.waitFor(async () => {
      await time.advance(10_000);
      expect(client.bytesRead).toBeGreaterThan(0);
    });
    expect(await answer).toMatch(/^HTTP\/1\.1 503 .*\r\n\r\n\{"ready":false,"error":"no model runs in this slot"\}$/s);
  });

  it('tries a taken port again and again without piling anything up, then says which it is', async () => {
    const first = new HttpDoor(systemTime);
    onTestFinished(() => first.close());
    await first.open(0, '127.0.0.1');
    const warnings: Error[] = [];
    const note = (warning: Error): void => void warnings.push(warning);
    process.on('warning', note);
    onTestFinished(() => void process.off('warning', note));
    const time = new ManualTime();
    const refused = expect(new HttpDoor(time).open(first.port, '127.0.0.1')).rejects.toMatchObject({
      code: 'SOURCE_FAILED',
      message: `listen on 127.0.0.1:${first.port}`,
    });
    let isRefused = false;
    const done = refused.finally(() => {
      isRefused = true;
    });
    while (!isRefused) await time.advance(500);
    await done;
    expect(warnings).toEqual([]);
  });
});
