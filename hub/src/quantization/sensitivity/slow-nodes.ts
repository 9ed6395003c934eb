import { type Model, writeModel } from '@edgeloop/onnx';
import type { GraphEngine } from '../../graph-engine.ts';
import { compareLatency } from '../compare-latency.ts';
import type { FeedSource } from '../feed-source.ts';
import { nodeKinds } from './node-kinds.ts';

/** Nodes that are not faster in integers. */
export interface SlowNodes {
  readonly nodes: readonly string[];
  /** Time of a row with them, and all that are left, in float, as a share of the time with them in integers. */
  readonly share: number;
}

export interface SlowNodesRequest {
  readonly float: Model;
  readonly source: FeedSource;
  readonly engine: GraphEngine;
  readonly nowMs: () => number;
  /** The form in which these nodes stay in float. */
  readonly formWithout: (exclude: readonly string[]) => Model;
  /** Time of a row that is fast enough, as a share of float32's. */
  readonly limitShare: number;
}

/** A kind of nodes changes sides when that saves at least this share of the time. */
const NOTABLE_SHARE = 0.02;
const TIMED_LIMIT_MS = 1_500;

/**
 * The nodes to leave in float so that a row takes no more time than asked for on this machine: kind by kind those that
 * integers make slower.
 *
 * Where that is not enough, the same from the other end: everything in float, and kind by kind into integers, the
 * largest weights first, while a row stays fast enough. What a node costs depends on whether its neighbours are in
 * integers, so the two ends can come to different nodes.
 */
export async function slowNodes(request: SlowNodesRequest): Promise<readonly SlowNodes[]> {
  const { kinds, operators } = nodeKinds(request.float);
  const fine = await leaveIntegers(request, kinds);
  const share = await shareOf(request, namesOf(fine), kinds.flat(), request.limitShare);
  return share <= request.limitShare ? fine : leaveFloat(request, [...operators, ...kinds]);
}

function namesOf(slow: readonly SlowNodes[]): readonly string[] {
  return slow.flatMap(({ nodes }) => nodes);
}

type Kinds = readonly (readonly string[])[];

async function leaveIntegers(request: SlowNodesRequest, kinds: Kinds): Promise<readonly SlowNodes[]> {
  const slow: SlowNodes[] = [];
  for (const kind of kinds) {
    const before = slow.flatMap((entry) => entry.nodes);
    const nodes = kind.filter((node) => !before.includes(node));
    const share = nodes.length === 0 ? 1 : await shareOf(request, [...before, ...nodes], before, 1 - NOTABLE_SHARE);
    if (share < 1 - NOTABLE_SHARE) slow.push({ nodes, share });
  }
  return slow;
}

async function leaveFloat(request: SlowNodesRequest, kinds: Kinds): Promise<readonly SlowNodes[]> {
  const all = [...new Set(kinds.flat())];
  let left = all;
  const shares = new Map<string, number>();
  for (const kind of kinds) {
    const nodes = kind.filter((node) => left.includes(node));
    if (nodes.length === 0) continue;
    const others = left.filter((node) => !nodes.includes(node));
    const share = await shareOf(request, others, all, request.limitShare);
    if (share <= request.limitShare) left = others;
    else for (const node of nodes) shares.set(node, 1 / share);
  }
  return left.map((node) => ({ nodes: [node], share: shares.get(node) ?? 1 }));
}

/** Time of the form without the first nodes as a share of the one without the others. */
async function shareOf(
  { engine, source, nowMs, formWithout }: SlowNodesRequest,
  exclude: readonly string[],
  before: readonly string[],
  limitShare: number,
): Promise<number> {
  const form = await engine.open(writeModel(formWithout(exclude)));
  try {
    const other = await engine.open(writeModel(formWithout(before)));
    try {
      return (await compareLatency({ form, other }, source, { nowMs, limitShare, timeLimitMs: TIMED_LIMIT_MS })).share;
    } finally {
      await other.close();
    }
  } finally {
    await form.close();
  }
}
