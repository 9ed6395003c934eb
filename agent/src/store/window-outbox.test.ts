import { describe, expect, it } from 'vitest';
import { openWindow } from '../test-rig/open-window.ts';
import { openAgentDatabase } from './agent-database.ts';
import { BootStore } from './boot-store.ts';
import { WindowOutbox } from './window-outbox.ts';

const LIMITS = { items: 10, bytes: 1_000_000 };

function makeOutbox(limitBytes?: number) {
  const database = openAgentDatabase(':memory:');
  const boots = new BootStore(database);
  return { database, boots, boot: boots.begin('boot-1', 0), outbox: new WindowOutbox(database, limitBytes) };
}

describe('the outbox of windows', () => {
  it('numbers windows from 1 without gaps when they are first sent', () => {
    const { outbox, boot } = makeOutbox();
    for (const readings of [5, 6, 7]) outbox.add(boot, openWindow({ readings }));
    const frame = outbox.nextFrame(0, LIMITS)!;
    expect(frame).toMatchObject({ bootId: 'boot-1', firstSequence: 1, lastSequence: 3 });
    expect(frame.items.map((item) => [item.firstSequence, item.lastSequence, item.readings])).toEqual([
      [1, 1, 5],
      [2, 2, 6],
      [3, 3, 7],
    ]);
  });

  it('gives a window the same number each time it is sent', () => {
    const { outbox, boot } = makeOutbox();
    outbox.add(boot, openWindow({ readings: 1 }));
    const first = outbox.nextFrame(0, LIMITS);
    outbox.add(boot, openWindow({ readings: 2 }));
    expect(outbox.nextFrame(0, { items: 1, bytes: 1_000 })).toEqual(first);
  });

  it('forgets only what was acknowledged, and nothing twice', () => {
    const { outbox, boot } = makeOutbox();
    for (let index = 0; index < 3; index++) outbox.add(boot, openWindow({ readings: index }));
    outbox.nextFrame(0, LIMITS);
    expect(outbox.acknowledge('boot-1', 2)).toBe(2);
    expect(outbox.acknowledge('boot-1', 2)).toBe(0);
    expect(outbox.acknowledge('boot-9', 3)).toBe(0);
    expect(outbox.nextFrame(0, LIMITS)).toMatchObject({ firstSequence: 3, lastSequence: 3 });
  });

  it('keeps windows that were never sent when a number beyond them is acknowledged', () => {
    const { outbox, boot } = makeOutbox();
    outbox.add(boot, openWindow({ readings: 1 }));
    expect(outbox.acknowledge('boot-1', 1_000)).toBe(0);
    expect(outbox.count()).toBe(1);
  });

  it('merges the oldest neighbours when it is full, and loses no reading', () => {
    const { outbox, boot } = makeOutbox(2_000);
    for (let index = 0; index < 100; index++)
      outbox.add(boot, openWindow({ readings: 1, startMs: index, endMs: index + 1 }));
    expect(outbox.sizeBytes()).toBeLessThanOrEqual(2_000);
    const { items, lastSequence } = outbox.nextFrame(0, { items: 1_000, bytes: 1_000_000 })!;
    expect(items.reduce((sum, item) => sum + item.readings, 0)).toBe(100);
    expect(lastSequence).toBe(100);
    for (const [index, item] of items.entries()) {
      expect(item.firstSequence).toBe((items[index - 1]?.lastSequence ?? 0) + 1);
      expect(item.lastSequence - item.firstSequence + 1).toBe(item.readings);
    }
  });

  it('fades evenly: no window covers much more than twice another', () => {
    const { outbox, boot } = makeOutbox(2_000);
    for (let index = 0; index < 128; index++) outbox.add(boot, openWindow({ readings: 1 }));
    const spans = outbox.nextFrame(0, { items: 1_000, bytes: 1_000_000 })!.items.map((item) => item.readings);
    expect(Math.max(...spans.slice(0, -1)) / Math.min(...spans.slice(0, -1))).toBeLessThanOrEqual(2);
  });

  it('never merges a window that was sent', () => {
    const { outbox, boot } = makeOutbox(2_000);
    outbox.add(boot, openWindow({ readings: 1 }));
    outbox.add(boot, openWindow({ readings: 1 }));
    const sent = outbox.nextFrame(0, LIMITS)!;
    for (let index = 0; index < 100; index++) outbox.add(boot, openWindow({ readings: 1 }));
    expect(outbox.nextFrame(0, { items: 2, bytes: 1_000_000 })).toEqual(sent);
  });

  it('merges neither slots nor releases with each other', () => {
    const { outbox, boot } = makeOutbox(2_500);
    for (let index = 0; index < 60; index++) {
      outbox.add(boot, openWindow({ readings: 1, slot: index % 2 === 0 ? 'one' : 'two' }));
    }
    const { items } = outbox.nextFrame(0, { items: 1_000, bytes: 1_000_000 })!;
    const of = (slot: string) =>
      items.filter((item) => item.slot === slot).reduce((sum, item) => sum + item.readings, 0);
    expect([of('one'), of('two')]).toEqual([30, 30]);
  });

  it('keeps everything when nothing can be merged', () => {
    const { outbox, boot } = makeOutbox(500);
    for (let index = 0; index < 10; index++) {
      outbox.add(boot, openWindow({ readings: 1, releaseDigest: new Uint8Array(32).fill(index) }));
    }
    expect(outbox.count()).toBe(10);
  });

  it('sends windows of older boots first, each frame of one boot', () => {
    const { outbox, boots, boot } = makeOutbox();
    outbox.add(boot, openWindow({ readings: 1 }));
    const next = boots.begin('boot-2', 1);
    outbox.add(next, openWindow({ readings: 2 }));
    const first = outbox.nextFrame(0, LIMITS)!;
    const second = outbox.nextFrame(first.lastId, LIMITS)!;
    expect(first).toMatchObject({ bootId: 'boot-1', firstSequence: 1, lastSequence: 1 });
    expect(second).toMatchObject({ bootId: 'boot-2', firstSequence: 1, lastSequence: 1 });
  });

  it('merges across boots only when a boot has nothing left to merge', () => {
    const { outbox, boots, boot } = makeOutbox(600);
    outbox.add(boot, openWindow({ readings: 1 }));
    for (let index = 2; index < 12; index++)
      outbox.add(boots.begin(`boot-${index}`, index), openWindow({ readings: 1 }));
    expect(outbox.sizeBytes()).toBeLessThanOrEqual(600);
    const readings: number[] = [];
    for (let frame = outbox.nextFrame(0, LIMITS); frame !== undefined; frame = outbox.nextFrame(frame.lastId, LIMITS)) {
      expect(frame.firstSequence).toBe(1);
      readings.push(...frame.items.map((item) => item.readings));
    }
    expect(readings.reduce((sum, count) => sum + count, 0)).toBe(11);
  });

  it('numbers anew after the last one the hub still has', () => {
    const { outbox, boot } = makeOutbox();
    for (let index = 0; index < 4; index++) outbox.add(boot, openWindow({ readings: index }));
    outbox.nextFrame(0, LIMITS);
    outbox.acknowledge('boot-1', 2);
    outbox.rewind('boot-1', 1);
    expect(outbox.nextFrame(0, LIMITS)).toMatchObject({ firstSequence: 2, lastSequence: 3 });
    expect(outbox.acknowledged('boot-1')).toBe(1);
  });

  it('limits a frame by bytes but always sends at least one window', () => {
    const { outbox, boot } = makeOutbox();
    for (let index = 0; index < 3; index++) outbox.add(boot, openWindow({ readings: 1 }));
    expect(outbox.nextFrame(0, { items: 10, bytes: 1 })!.items).toHaveLength(1);
  });
});
