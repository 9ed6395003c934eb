import { type ElementType, inferTypes, type Model } from '@edgeloop/onnx';

/** A value in front of what learns, with one row for each row that came in. */
export interface FrontierValue {
  readonly value: string;
  readonly type: ElementType;
  /** Shape of one row. */
  readonly dims: readonly number[];
}

/** Types that float32 can hold, as whole numbers up to 2^24. */
const HELD_TYPES: ReadonlySet<ElementType | undefined> = new Set(['float32', 'int32', 'int64', 'bool']);

type Node = Model['graph']['node'][number];

/**
 * All values that the learning part of a model reads and does not make itself. Where one of them is no batch of rows of
 * a known shape, such as a size or a sequence whose steps come first, the node that makes it counts as learning too.
 *
 * Undefined where an input would have to be read as it is and cannot be kept as numbers.
 */
export function frozenFrontier(model: Model, learned: ReadonlySet<string>): readonly FrontierValue[] | undefined {
  const { node, initializer, input } = model.graph;
  const types = inferTypes(model);
  const constants = new Set(initializer.map(({ name }) => name ?? ''));
  const inputs = new Set(input.map(({ name }) => name ?? ''));
  const writers = new Map(node.flatMap((entry) => entry.output.map((value): [string, Node] => [value, entry])));
  const core = new Set(node.filter(({ output }) => output.some((value) => learned.has(value))));
  const frontier = new Map<string, FrontierValue>();
  // The set grows while it is gone through.
  for (const entry of core) {
    for (const value of entry.input) {
      const writer = writers.get(value);
      if (value === '' || constants.has(value) || frontier.has(value) || (writer && core.has(writer))) continue;
      const { type, dims: [batch, ...row] = [] } = types.typeOf(value);
      const dims = row.filter((dim) => typeof dim === 'number');
      const isRows = typeof batch !== 'number' && row.length > 0 && dims.length === row.length;
      if (type !== undefined && HELD_TYPES.has(type) && isRows) frontier.set(value, { value, type, dims });
      else if (writer) core.add(writer);
      else if (inputs.has(value)) return undefined;
    }
  }
  return [...frontier.values()].filter(({ value }) => !core.has(writers.get(value) as Node));
}
