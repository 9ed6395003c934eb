import { type AnyKeptReason, KEPT_REASONS } from '../../store/kept-reasons.ts';
import type { FloatNode } from '../../store/quantization-report.ts';
import { noisiest } from '../sensitivity/node-noise.ts';
import { decibels } from '../sensitivity/signal-noise.ts';
import type { FloatBase } from './float-base.ts';
import type { Miss } from './judge-form.ts';

/** Nodes that a rung leaves in float: none, those that are slower, these and the noisy ones, and still more of them. */
export type LeftInFloat = 'none' | 'slow' | 'losers' | 'many';

/** Error that the nodes that stay in integers may make, as a share of what all of them make. */
const NOISE_LEFT = { losers: 0.25, many: 0.03 };

/** Reasons by the names of nodes. */
export type FloatReasons = ReadonlyMap<string, string>;

/**
 * The nodes to leave in float, by what forms of this kind failed at: only for speed those that integers make slower,
 * only for accuracy those that disturb the outputs most.
 */
export async function nodesLeft(base: FloatBase, left: LeftInFloat, misses: ReadonlySet<Miss>): Promise<FloatReasons> {
  const reasons = new Map<string, string>();
  if (left === 'none') return reasons;
  if (misses.has('speed')) {
    for (const { nodes, share } of await base.slow()) {
      for (const node of nodes) reasons.set(node, speedReason(share));
    }
  }
  if (left === 'slow' || !misses.has('accuracy')) return reasons;
  const others = (await base.noise()).filter(({ node }) => !reasons.has(node));
  // One stays an integer: without any there is no form to judge.
  for (const { node, noise } of noisiest(others, NOISE_LEFT[left]).slice(0, others.length - 1)) {
    reasons.set(node, `loses too much: a signal-to-noise ratio of ${ratioText(noise)} with only this node in integers`);
  }
  return reasons;
}

function speedReason(share: number): string {
  const gain = (100 * (1 - share)).toFixed(0);
  return Number(gain) < 1
    ? 'no faster in integers'
    : `slower in integers: a row takes ${gain} % less with it, and nodes of its kind, in float`;
}

function ratioText(noise: number): string {
  return noise === Number.POSITIVE_INFINITY ? 'nothing' : `${decibels(noise).toFixed(1)} dB`;
}

/** A node of any plan that stays in float. */
export interface Kept {
  readonly name: string;
  readonly operator: string;
  readonly reason: AnyKeptReason;
}

/** Every node that could have been in integers by its operator, with why it is not. */
export function floatNodes(base: FloatBase, reasons: FloatReasons): FloatNode[] {
  const operators = new Map(base.plan.quantized.map(({ name, operator }) => [name, operator as string]));
  const ours = [...reasons.keys()].map((name) => ({
    name,
    operator: operators.get(name) ?? '',
    reason: 'excluded' as const,
  }));
  return keptNodes([...ours, ...base.plan.kept], reasons);
}

/** @param reasons of the nodes that the ladder excludes */
export function keptNodes(kept: readonly Kept[], reasons: FloatReasons): FloatNode[] {
  return kept.map(({ name, operator, reason }) => ({
    ...{ node: name, operator },
    reason: reasons.get(name) ?? KEPT_REASONS[reason],
  }));
}
