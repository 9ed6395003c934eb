import type { TelemetryWindow } from '@edgeloop/protocol';
import { describe, expect, it } from 'vitest';
import { Backoff } from '../backoff.ts';
import { openAgentDatabase } from '../store/agent-database.ts';
import { BootStore } from '../store/boot-store.ts';
import type { NumberedFrame } from '../store/outbox.ts';
import { WindowOutbox } from '../store/window-outbox.ts';
import { ManualTime } from '../test-rig/manual-time.ts';
import { openWindow } from '../test-rig/open-window.ts';
import { OutboxSender } from './outbox-sender.ts';

function makeSender(options: { framesInFlight?: number } = {}) {
  const database = openAgentDatabase(':memory:');
  const boot = new BootStore(database).begin('boot-1', 0);
  const outbox = new WindowOutbox(database);
  const time = new ManualTime();
  const sent: NumberedFrame<TelemetryWindow>[] = [];
  const lost: number[] = [];
  const sender = new OutboxSender({
    outbox,
    limits: { items: 1, bytes: 100_000, framesInFlight: options.framesInFlight ?? 2 },
    patience: new Backoff({ firstMs: 1_000, maxMs: 8_000 }, () => 1),
    time,
    publish: async (frame) => void sent.push(frame),
    onHubLostData: (_bootId, upTo) => lost.push(upTo),
  });
  const add = (count: number): void => {
    for (let index = 0; index < count; index++) outbox.add(boot, openWindow({ readings: 1 }));
    sender.wake();
  };
  const numbers = (): number[] => sent.map((frame) => frame.lastSequence);
  return { sender, outbox, time, sent, add, numbers, lost };
}

describe('the sender of an outbox', () => {
  it('sends nothing without a link', () => {
    const { add, numbers } = makeSender();
    add(2);
    expect(numbers()).toEqual([]);
  });

  it('keeps a few frames in flight and sends on as they are acknowledged', () => {
    const { sender, add, numbers, outbox } = makeSender();
    sender.linkUp();
    add(4);
    expect(numbers()).toEqual([1, 2]);
    sender.acknowledge('boot-1', 1);
    expect(numbers()).toEqual([1, 2, 3]);
    sender.acknowledge('boot-1', 3);
    expect(numbers()).toEqual([1, 2, 3, 4]);
    sender.acknowledge('boot-1', 4);
    expect(outbox.count()).toBe(0);
  });

  it('goes back to the last acknowledgement when one stays away', async () => {
    const { sender, add, numbers, time } = makeSender();
    sender.linkUp();
    add(3);
    sender.acknowledge('boot-1', 1);
    await time.advance(1_000);
    expect(numbers()).toEqual([1, 2, 3, 2, 3]);
  });

  it('waits longer each time nothing comes back', async () => {
    const { sender, add, numbers, time } = makeSender({ framesInFlight: 1 });
    sender.linkUp();
    add(1);
    await time.advance(1_000);
    await time.advance(1_999);
    expect(numbers()).toEqual([1, 1]);
    await time.advance(1);
    expect(numbers()).toEqual([1, 1, 1]);
  });

  it('ignores acknowledgements that come twice, for another boot, or late', () => {
    const { sender, add, numbers, outbox } = makeSender();
    sender.linkUp();
    add(2);
    sender.acknowledge('boot-1', 2);
    sender.acknowledge('boot-1', 2);
    sender.acknowledge('boot-x', 7);
    expect(numbers()).toEqual([1, 2]);
    expect(outbox.count()).toBe(0);
  });

  it('goes back at once, but only once, when the hub shows a gap', () => {
    const { sender, add, numbers } = makeSender();
    sender.linkUp();
    add(4);
    sender.acknowledge('boot-1', 1);
    expect(numbers()).toEqual([1, 2, 3]);
    sender.acknowledge('boot-1', 1);
    expect(numbers()).toEqual([1, 2, 3, 2, 3]);
    sender.acknowledge('boot-1', 1);
    expect(numbers()).toEqual([1, 2, 3, 2, 3]);
  });

  it('starts over after the last acknowledgement when the link is back', () => {
    const { sender, add, numbers } = makeSender();
    sender.linkUp();
    add(3);
    sender.acknowledge('boot-1', 1);
    sender.linkDown();
    sender.linkUp();
    expect(numbers()).toEqual([1, 2, 3, 2, 3]);
  });

  it('numbers anew what the hub can no longer place when it lost data', () => {
    const { sender, add, sent, lost } = makeSender();
    sender.linkUp();
    add(3);
    sender.acknowledge('boot-1', 2);
    sender.acknowledge('boot-1', 0);
    expect(lost).toEqual([0]);
    expect(sent.at(-1)).toMatchObject({ bootId: 'boot-1', firstSequence: 1, lastSequence: 1 });
  });

  it('survives a link that refuses to publish', async () => {
    const { sender, add, outbox, time } = makeSender();
    sender.linkUp();
    add(1);
    await time.advance(1_000);
    expect(outbox.count()).toBe(1);
  });
});
