import { inferTypes, type Model, planQuantization, type QuantizedNode, writeModel } from '@edgeloop/onnx';
import type { GraphEngine } from '../../graph-engine.ts';
import { compareLatency } from '../compare-latency.ts';
import type { FeedSource } from '../feed-source.ts';

/** Nodes of one kind that are faster in float. */
export interface SlowNodes {
  readonly nodes: readonly string[];
  /** Time of a row without them in integers, as a share of the time with them. */
  readonly share: number;
}

export interface SlowNodesRequest {
  readonly float: Model;
  readonly source: FeedSource;
  readonly engine: GraphEngine;
  readonly nowMs: () => number;
  /** The form in which these nodes stay in float. */
  readonly formWithout: (exclude: readonly string[]) => Model;
}

/** Kinds of nodes that are looked at; the rarest are taken together. */
const MOST_GROUPS = 10;
/** A kind is left in float when that saves at least this share of the time. */
const NOTABLE_SHARE = 0.02;
const TIMED_LIMIT_MS = 1_500;

/**
 * The kinds of nodes that integers make slower on this machine: each kind is put back into float in turn, and stays
 * there when the model becomes faster.
 *
 * One after the other, because what a kind costs depends on whether its neighbours are in integers.
 */
export async function slowNodes(request: SlowNodesRequest): Promise<readonly SlowNodes[]> {
  const slow: SlowNodes[] = [];
  for (const nodes of groupsOf(request.float)) {
    const before = slow.flatMap((group) => group.nodes);
    const share = await shareWithout(request, [...before, ...nodes], before);
    if (share < 1 - NOTABLE_SHARE) slow.push({ nodes, share });
  }
  return slow;
}

async function shareWithout(
  { engine, source, nowMs, formWithout }: SlowNodesRequest,
  exclude: readonly string[],
  before: readonly string[],
): Promise<number> {
  const form = await engine.open(writeModel(formWithout(exclude)));
  try {
    const other = await engine.open(writeModel(formWithout(before)));
    try {
      const limitShare = 1 - NOTABLE_SHARE;
      return (await compareLatency({ form, other }, source, { nowMs, limitShare, timeLimitMs: TIMED_LIMIT_MS })).share;
    } finally {
      await other.close();
    }
  } finally {
    await form.close();
  }
}

/** Nodes of like cost: by operator, kernel, whether they are depthwise, and the size of their weights. */
function groupsOf(model: Model): readonly (readonly string[])[] {
  const types = inferTypes(model);
  const groups = new Map<string, string[]>();
  for (const entry of planQuantization(model).quantized) {
    const kind = kindOf(entry, (types.typeOf(entry.weight).dims ?? []).map(Number));
    groups.set(kind, [...(groups.get(kind) ?? []), entry.name]);
  }
  const order = [...groups.values()].sort((first, second) => second.length - first.length);
  if (order.length <= MOST_GROUPS) return order;
  return [...order.slice(0, MOST_GROUPS - 1), order.slice(MOST_GROUPS - 1).flat()];
}

/** @param dims of the weights; of a Conv [output, input / group, kernel...] */
function kindOf({ node }: QuantizedNode, dims: readonly number[]): string {
  const isDepthwise = node.opType === 'Conv' && dims[1] === 1;
  const kernel = node.opType === 'Conv' ? dims.slice(2) : [];
  const entries = dims.reduce((product, size) => product * size, 1);
  // Four times as many weights count as another kind.
  return [node.opType, isDepthwise, kernel.join('x'), Math.round(Math.log2(entries) / 2)].join(' ');
}
