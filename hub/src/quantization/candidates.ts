import { dynamicQuantize, type Model, planQuantization, staticQuantize, type ValueRange } from '@edgeloop/onnx';

/** One way to make a smaller form; cheaper ones first, each keeps more of the model in float. */
export interface Rung {
  /** Nodes that stay in float32. */
  readonly inFloat: readonly string[];
  build(): Model;
}

export interface Candidate {
  readonly name: 'int8-static' | 'int8-dynamic';
  readonly rungs: readonly Rung[];
}

/** The forms to try, in the order they are offered to devices. */
export function candidatesOf(model: Model, ranges: ReadonlyMap<string, ValueRange>): readonly Candidate[] {
  const nodes = planQuantization(model).quantized.map(({ name }) => name);
  if (nodes.length === 0) return [];
  const sets = keptSets(nodes);
  return [
    {
      name: 'int8-static',
      rungs: sets.map((exclude) => ({ inFloat: exclude, build: () => staticQuantize(model, ranges, { exclude }) })),
    },
    {
      name: 'int8-dynamic',
      rungs: sets.map((exclude) => ({ inFloat: exclude, build: () => dynamicQuantize(model, { exclude }) })),
    },
  ];
}

/** Nothing, the first node, then the last as well: these lose the most accuracy for the least size. */
function keptSets(nodes: readonly string[]): readonly (readonly string[])[] {
  const [first] = nodes;
  const last = nodes.at(-1);
  const sets: string[][] = [[]];
  if (first !== undefined && nodes.length > 1) sets.push([first]);
  if (first !== undefined && last !== undefined && nodes.length > 2) sets.push([first, last]);
  return sets;
}
