import { type Model, writeModel } from '@edgeloop/onnx';
import type { GraphEngine, GraphRunner } from '../../graph-engine.ts';
import { type ComparedRunners, compareLatency } from '../compare-latency.ts';
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
  const forms = new OpenForms(request);
  try {
    const fine = await leaveIntegers(request, forms, kinds);
    const runners = { form: await forms.open(namesOf(fine)), other: await forms.open(kinds.flat()) };
    const share = await shareOf(request, runners, request.limitShare);
    return share <= request.limitShare
      ? fine
      : await leaveFloat({ ...request, kinds: [...operators, ...kinds] }, forms, runners.other);
  } finally {
    await forms.close();
  }
}

/** Forms that are loaded, so that none is left behind. */
class OpenForms {
  readonly #request: SlowNodesRequest;
  readonly #runners = new Set<GraphRunner>();

  constructor(request: SlowNodesRequest) {
    this.#request = request;
  }

  /** The form in which these nodes stay in float. */
  async open(exclude: readonly string[]): Promise<GraphRunner> {
    const { engine, formWithout } = this.#request;
    const runner = await engine.open(writeModel(formWithout(exclude)));
    this.#runners.add(runner);
    return runner;
  }

  async close(...runners: readonly GraphRunner[]): Promise<void> {
    for (const runner of runners.length === 0 ? this.#runners : runners) {
      this.#runners.delete(runner);
      await runner.close();
    }
  }
}

function namesOf(slow: readonly SlowNodes[]): readonly string[] {
  return slow.flatMap(({ nodes }) => nodes);
}

type Kinds = readonly (readonly string[])[];

async function leaveIntegers(request: SlowNodesRequest, forms: OpenForms, kinds: Kinds): Promise<readonly SlowNodes[]> {
  const slow: SlowNodes[] = [];
  let other = await forms.open([]);
  for (const nodes of kinds) {
    const form = await forms.open([...namesOf(slow), ...nodes]);
    const share = await shareOf(request, { form, other }, 1 - NOTABLE_SHARE);
    const isSlow = share < 1 - NOTABLE_SHARE;
    if (isSlow) slow.push({ nodes, share });
    await forms.close(isSlow ? other : form);
    if (isSlow) other = form;
  }
  await forms.close(other);
  return slow;
}

async function leaveFloat(
  request: SlowNodesRequest & { readonly kinds: Kinds },
  forms: OpenForms,
  float: GraphRunner,
): Promise<readonly SlowNodes[]> {
  const { kinds, limitShare } = request;
  let left = [...new Set(kinds.flat())];
  const shares = new Map<string, number>();
  for (const kind of kinds) {
    const nodes = kind.filter((node) => left.includes(node));
    if (nodes.length === 0) continue;
    const others = left.filter((node) => !nodes.includes(node));
    const form = await forms.open(others);
    const share = await shareOf(request, { form, other: float }, limitShare);
    await forms.close(form);
    if (share <= limitShare) left = others;
    else for (const node of nodes) shares.set(node, 1 / share);
  }
  return left.map((node) => ({ nodes: [node], share: shares.get(node) ?? 1 }));
}

async function shareOf(
  { source, nowMs }: SlowNodesRequest,
  runners: ComparedRunners,
  limitShare: number,
): Promise<number> {
  const options = { nowMs, limitShare, timeLimitMs: TIMED_LIMIT_MS };
  return (await compareLatency(runners, source, options)).share;
}
