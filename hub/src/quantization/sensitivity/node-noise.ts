import { type Model, modelStats } from '@edgeloop/onnx';
import type { Probe } from './probe.ts';

/** How much a node's integers disturb what the model says. */
export interface NodeNoise {
  readonly node: string;
  /** `noiseShare` of the form in which only this node is in integers; of a group of nodes each has an equal part. */
  readonly noise: number;
}

/** More forms than this would take too long to make: nodes are then looked at in groups of neighbours. */
const MOST_FORMS = 48;
const FEWEST_ROWS = 4;
/** Multiplications of all forms together: some ten seconds on one thread. */
const WORK = 1e11;

/**
 * What each node adds to the error of the outputs, by forms in which only it is in integers.
 *
 * @param nodes names in the order of the graph
 * @param formOf the form in which only these nodes are in integers
 */
export async function nodeNoise(
  float: Model,
  nodes: readonly string[],
  probe: Probe,
  formOf: (only: readonly string[]) => Model,
): Promise<readonly NodeNoise[]> {
  const size = Math.ceil(nodes.length / MOST_FORMS);
  const groups = Array.from({ length: Math.ceil(nodes.length / Math.max(1, size)) }, (_, index) =>
    nodes.slice(index * size, (index + 1) * size),
  );
  const rows = rowsWithin(float, groups.length, probe.rows);
  const found: NodeNoise[] = [];
  for (const group of groups) {
    const noise = await probe.noise(formOf(group), rows);
    found.push(...group.map((node) => ({ node, noise: noise / group.length })));
  }
  return found;
}

function rowsWithin(float: Model, forms: number, most: number): number {
  const perForm = WORK / Math.max(1, forms * modelStats(float).multiplyAddsPerRow);
  return Math.max(Math.min(FEWEST_ROWS, most), Math.min(most, Math.floor(perForm)));
}

/**
 * The noisiest nodes, as many as have to go so that what the others add is at most `share` of the whole: errors of
 * different nodes hardly depend on each other, so they add up.
 */
export function noisiest(found: readonly NodeNoise[], share: number): readonly NodeNoise[] {
  const order = [...found].sort((first, second) => second.noise - first.noise);
  // What ruins the outputs altogether goes whatever the others add.
  const ruinous = order.filter(({ noise }) => noise === Number.POSITIVE_INFINITY).length;
  const whole = sumOf(order.slice(ruinous));
  let count = ruinous;
  while (count < order.length && sumOf(order.slice(count)) > share * whole) count++;
  return order.slice(0, count);
}

function sumOf(found: readonly NodeNoise[]): number {
  return found.reduce((sum, { noise }) => sum + noise, 0);
}
