import type { SelfTest } from '@edgeloop/protocol';
import type { Installed, Refusal, Target } from './slot-record.ts';

/** One run of a variant's golden vectors on this device: passed, out of tolerance, or broken off. */
export interface VariantTest {
  readonly model: string;
  readonly version: number;
  /** SHA-256 of the signed release, hex. */
  readonly releaseDigest: string;
  readonly variant: string;
  /** Undefined when it did not end: the process crashed, hung or could not load the model. */
  readonly selfTest?: SelfTest | undefined;
  /** Why the variant is not run; undefined when it passed. */
  readonly problem?: Pick<Refusal, 'code' | 'message'> | undefined;
  readonly atMs: number;
}

// A record is written with every change of state, and a report must stay small.
const MOST_TESTS = 24;
const LONGEST_MESSAGE = 500;

/** The tests with one more: the last of each variant, in the order of the tests, the oldest dropped. */
export function withTest(tests: readonly VariantTest[] | undefined, test: VariantTest): readonly VariantTest[] {
  const others = (tests ?? []).filter(
    ({ releaseDigest, variant }) => releaseDigest !== test.releaseDigest || variant !== test.variant,
  );
  const { problem } = test;
  const short =
    problem === undefined ? {} : { problem: { ...problem, message: problem.message.slice(0, LONGEST_MESSAGE) } };
  return [...others, { ...test, ...short }].slice(-MOST_TESTS);
}

/** The tests of the releases that a slot serves, can go back to or works on; those of others are of no more use. */
export function testsOf(
  tests: readonly VariantTest[] | undefined,
  releases: readonly (Pick<Installed | Target, 'releaseDigest'> | undefined)[],
): readonly VariantTest[] {
  const digests = new Set(releases.map((release) => release?.releaseDigest));
  return (tests ?? []).filter(({ releaseDigest }) => digests.has(releaseDigest));
}
