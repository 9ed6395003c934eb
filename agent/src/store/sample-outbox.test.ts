import { describe, expect, it } from 'vitest';
import { openAgentDatabase } from './agent-database.ts';
import { BootStore } from './boot-store.ts';
import { type OpenSample, SampleOutbox } from './sample-outbox.ts';

const LIMITS = { items: 10, bytes: 1_000_000 };

function sample(predictionId: string): OpenSample {
  return {
    ...{
      predictionId,
      atMs: 1,
      slot: 'default',
      model: 'tiny',
      version: 1,
      predicted: 'left',
      confidence: 0.5,
      label: '',
    },
    fields: { a: { number: 1 } },
  };
}

function makeOutbox(limitBytes?: number) {
  const database = openAgentDatabase(':memory:');
  const boots = new BootStore(database);
  const outbox = new SampleOutbox(database, boots.begin('boot-1', 0), limitBytes);
  return { database, boots, outbox };
}

describe('the outbox of samples', () => {
  it('numbers samples without gaps when they are first sent', () => {
    const { outbox } = makeOutbox();
    outbox.add([sample('one'), sample('two')]);
    const { items, bootId } = outbox.nextFrame(0, LIMITS)!;
    expect(bootId).toBe('boot-1');
    expect(items.map(({ sequence, predictionId }) => [sequence, predictionId])).toEqual([
      [1, 'one'],
      [2, 'two'],
    ]);
  });

  it('drops and counts the oldest unsent samples when it is full, leaving no gap', () => {
    const { outbox } = makeOutbox(5_000);
    outbox.add([sample('sent')]);
    outbox.nextFrame(0, LIMITS);
    outbox.add(Array.from({ length: 400 }, (_, index) => sample(`n${index}`)));
    expect(outbox.sizeBytes()).toBeLessThanOrEqual(5_000);
    expect(outbox.dropped() + outbox.count()).toBe(401);
    const { items } = outbox.nextFrame(0, { items: 1_000, bytes: 1_000_000 })!;
    expect(items[0]).toMatchObject({ predictionId: 'sent', sequence: 1 });
    expect(items.map((item) => item.sequence)).toEqual(items.map((_, index) => index + 1));
  });

  it('sends what an earlier start left unsent under the present boot', () => {
    const { database, boots, outbox } = makeOutbox();
    outbox.add([sample('sent')]);
    outbox.nextFrame(0, LIMITS);
    outbox.add([sample('left over')]);
    const later = new SampleOutbox(database, boots.begin('boot-2', 1));
    const first = later.nextFrame(0, LIMITS)!;
    const second = later.nextFrame(first.lastId, LIMITS)!;
    expect(first).toMatchObject({ bootId: 'boot-1', lastSequence: 1 });
    expect(second).toMatchObject({ bootId: 'boot-2', firstSequence: 1 });
    expect(later.acknowledge('boot-1', 1)).toBe(1);
    expect(later.acknowledge('boot-2', 1)).toBe(1);
  });
});
