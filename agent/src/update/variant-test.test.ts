import { describe, expect, it } from 'vitest';
import { openAgentDatabase } from '../store/agent-database.ts';
import { SlotStore } from '../store/slot-store.ts';
import { afterRetest, applyEvent, countStart, emptyRecord, type SlotEvent, type SlotRecord } from './slot-record.ts';
import { type VariantTest, withTest } from './variant-test.ts';

function test(variant: string, change: Partial<VariantTest> = {}): VariantTest {
  return { model: 'tiny', version: 1, releaseDigest: 'r1', variant, atMs: 5, ...change };
}

const SELF_TEST = {
  passed: false,
  rows: 4,
  largestDeviation: Infinity,
  tolerance: 0.05,
  p50Ms: 1,
  p95Ms: 2,
  rssBytes: 3,
};
const target = (version: number) => ({ model: 'tiny', version, releaseDigest: `r${version}`, releaseRef: '' });
const refusal = { code: 'SELF_TEST_FAILED', message: 'all failed', atMs: 6, isFinal: true };

function after(record: SlotRecord, ...events: SlotEvent[]): SlotRecord {
  return events.reduce((last, event) => applyEvent(last, event) ?? last, record);
}

/** A slot that tests `variant` of version 1. */
function testing(variant: string, record = emptyRecord('default')): SlotRecord {
  const chosen: SlotEvent[] = [{ event: 'wanted', target: target(1) }, { event: 'blobs-arrived' }];
  return after(
    record,
    ...chosen,
    { event: 'variant-chosen', variant },
    { event: 'blobs-arrived' },
    { event: 'model-verified' },
  );
}

const names = (record: SlotRecord | undefined) => record?.tests?.map(({ variant }) => variant);

describe('tests of variants in the record of a slot', () => {
  const refused = test('int8-static', { selfTest: SELF_TEST, problem: { code: 'SELF_TEST_FAILED', message: 'off' } });
  const crashed = test('int8-dynamic', { problem: { code: 'RUNNER_CRASHED', message: 'SIGKILL' } });

  it('are written with the state that they lead to, refused ones, broken off ones and the one that passed', () => {
    const first = after(testing('int8-static'), { event: 'self-test-next', test: refused });
    expect(first).toMatchObject({ state: 'downloading', tried: ['int8-static'], variant: undefined, tests: [refused] });
    const second = after({ ...first, state: 'self-testing' }, { event: 'self-test-next', test: crashed });
    const passed = after({ ...second, state: 'self-testing' }, { event: 'self-test-passed', test: test('float32') });
    expect(passed.state).toBe('switching');
    expect(names(passed)).toEqual(['int8-static', 'int8-dynamic', 'float32']);
    const failed = after(
      { ...second, state: 'self-testing' },
      { event: 'self-test-failed', test: test('float32', { problem: refusal }), problem: refusal },
    );
    expect(failed).toMatchObject({ state: 'refused', problem: refusal });
    expect(names(failed)).toEqual(['int8-static', 'int8-dynamic', 'float32']);
  });

  it('survive on disk with an infinite deviation', () => {
    const store = new SlotStore<SlotRecord>(openAgentDatabase(':memory:'));
    const record = after(testing('int8-static'), { event: 'self-test-next', test: refused });
    store.save(record);
    expect(store.load('default')?.tests).toEqual([refused]);
    expect(store.all()[0]?.selfTest?.largestDeviation).toBe(Infinity);
  });

  it('of what runs stay when another release is wanted, those of others go', () => {
    const installed = { ...target(1), variant: 'float32', modelDigest: 'm', goldenDigest: 'g', sinceMs: 1 };
    const running: SlotRecord = { ...emptyRecord('default'), state: 'running', current: installed, target: target(1) };
    const tests = [test('int8-static', { releaseDigest: 'r0', version: 0 }), refused];
    expect(names(after({ ...running, tests }, { event: 'wanted', target: target(2) }))).toEqual(['int8-static']);
    expect(after({ ...running, tests }, { event: 'withdrawn' }).tests).toEqual([]);
    const old: SlotRecord = { slot: 'default', state: 'running', tried: [], damaged: 0 };
    expect(after(old, { event: 'wanted', target: target(2) }).tests).toEqual([]);
  });

  it('are the last of each variant, bounded, with short messages', () => {
    const again = withTest([refused, test('float32')], test('int8-static', { atMs: 9 }));
    expect(again.map(({ variant, atMs }) => `${variant} ${atMs}`)).toEqual(['float32 5', 'int8-static 9']);
    let many: readonly VariantTest[] = [];
    for (let at = 0; at < 40; at++) many = withTest(many, test(`v${at}`));
    expect(many).toHaveLength(24);
    expect(many[0]?.variant).toBe('v16');
    const problem = { code: 'SELF_TEST_FAILED', message: 'x'.repeat(2_000) };
    expect(withTest([], test('a', { problem }))[0]?.problem?.message).toHaveLength(500);
  });

  it('of a served model that is tested again replace its last one', () => {
    const record = { ...emptyRecord('default'), selfTest: { ...SELF_TEST, passed: true }, tests: [test('float32')] };
    const retested = afterRetest(
      record,
      test('float32', { atMs: 9, problem: { code: 'RUNNER_HUNG', message: 'late' } }),
    );
    expect(retested.selfTest).toBeUndefined();
    expect(retested.tests).toMatchObject([{ atMs: 9, problem: { code: 'RUNNER_HUNG' } }]);
  });
});

describe('starts of the agent', () => {
  it('are counted while a variant is tested, and forgotten when the test is over', () => {
    const record = countStart(countStart(testing('int8-static')));
    expect(record.testStarts).toBe(2);
    expect(after(record, { event: 'self-test-next', test: test('int8-static') }).testStarts).toBeUndefined();
  });

  it('are not counted where nothing is tested or on trial', () => {
    const record = emptyRecord('default');
    expect(countStart(record)).toBe(record);
    expect(countStart({ ...record, state: 'running', trial: { failures: 0, starts: 1 } })).toMatchObject({
      trial: { starts: 2 },
    });
  });
});
