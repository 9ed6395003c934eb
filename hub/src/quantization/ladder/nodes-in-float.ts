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

const KEPT_REASONS: Readonly<Record<string, string>> = {
  'weights-not-constant': 'its weights are computed in the graph',
  'weights-not-float32': 'its weights are not float32',
  'rank-unsupported': 'its weights or its bias have a shape that no integer operator takes',
  transposed: 'it reads its input transposed',
  'no-integer-kernel': 'ONNX Runtime has no integer operator for it',
  'few-inputs': 'its integer operator is slower for so few channels',
  'narrow-groups': 'its integer operator is slower for groups of so few channels',
  'inside-node': 'it lies in a graph of an If, Loop or Scan',
  'needs-ranges': 'convolutions in integers pay only with ranges from calibration',
  peepholes: 'ONNX Runtime has no integer LSTM with peepholes',
  'batch-first': 'ONNX Runtime has no integer LSTM with the batch first',
  'attention-form': 'ONNX Runtime has no integer attention of this form',
  sensitive: 'half precision would lose too much in it',
  'beyond-float16': 'it reads a constant that half precision cannot hold',
  'operator-unsupported': 'it has no form in half precision',
  'type-unknown': 'it is not known what it reads or writes',
  'too-small': 'it has too few weights to be faster that way',
};

/** A node of any plan that stays in float. */
export interface Kept {
  readonly name: string;
  readonly operator: string;
  readonly reason: string;
}

/** Every node that could have been in integers by its operator, with why it is not. */
export function floatNodes(base: FloatBase, reasons: FloatReasons): FloatNode[] {
  const operators = new Map(base.plan.quantized.map(({ name, operator }) => [name, operator as string]));
  const ours = [...reasons.keys()].map((name) => ({ name, operator: operators.get(name) ?? '', reason: 'excluded' }));
  return keptNodes([...ours, ...base.plan.kept], reasons);
}

/** @param reasons of the nodes that the ladder excludes */
export function keptNodes(kept: readonly Kept[], reasons: FloatReasons): FloatNode[] {
  return kept.map(({ name, operator, reason }) => ({
    ...{ node: name, operator },
    reason: reasons.get(name) ?? KEPT_REASONS[reason] ?? reason,
  }));
}
