import type { ExportContext } from '../export-context.ts';
import { configOf, type LayerCall, type LayerExporter, type LayerExporters } from '../layer-exporter.ts';
import { dimensionOf, isPlain, type LayerResult, type LayerValue, range } from '../layer-value.ts';
import { dot } from './dot.ts';

export const MERGE_LAYERS: LayerExporters = {
  Add: merged('Sum'),
  Average: merged('Mean'),
  Maximum: merged('Max'),
  Minimum: merged('Min'),
  Multiply: merged('Mul'),
  Dot: dot,
  Concatenate: (call, context) => {
    const { axis } = configOf<{ readonly axis: number }>(call);
    const { names, axes } = alike(
      call.inputs.map((input) => inOrder(input, context)),
      context,
    );
    const name = context.node('Concat', names, { axis: dimensionOf({ axes }, axis) });
    return { name, axes, mask: joinedMask(call, axis, context) };
  },
};

/** Values one entry after the other; of fewer dimensions than the others, they are repeated behind the batch. */
function merged(operator: 'Sum' | 'Mean' | 'Max' | 'Min' | 'Mul'): LayerExporter {
  return ({ inputs }, context) => {
    const rank = Math.max(...inputs.map(({ shape }) => shape.length));
    const isEven = inputs.every(({ shape }) => shape.length === rank);
    const { names, ...layout } = isEven ? alike(inputs, context) : expanded(inputs, rank, context);
    // Unlike the others, it takes two.
    if (operator !== 'Mul') return { name: context.node(operator, names), ...layout, mask: null };
    const [first = '', ...others] = names;
    const name = others.reduce((product, other) => context.node('Mul', [product, other]), first);
    return { name, ...layout, mask: null };
  };
}

interface AlikeValues extends Pick<LayerResult, 'flattened'> {
  readonly names: readonly string[];
  readonly axes: readonly number[];
}

/** Values of one rank in one order: that of the first that is not as the layers see it. */
function alike(inputs: readonly LayerValue[], context: ExportContext): AlikeValues {
  const leader = inputs.find((input) => !isPlain(input)) ?? inputs[0];
  const isSame = inputs.every(({ axes, flattened }) => {
    return JSON.stringify([axes, flattened]) === JSON.stringify([leader?.axes, leader?.flattened]);
  });
  if (isSame) return { names: inputs.map(({ name }) => name), axes: leader?.axes ?? [], flattened: leader?.flattened };
  const axes = leader?.flattened === undefined ? (leader?.axes ?? []) : range(2);
  return { names: inputs.map((input) => context.arranged(input, axes)), axes };
}

/** Flattened values one behind the other have no common order. */
function inOrder(input: LayerValue, context: ExportContext): LayerValue {
  if (input.flattened === undefined) return input;
  return { ...input, name: context.plain(input), axes: range(input.shape.length), flattened: undefined };
}

function expanded(inputs: readonly LayerValue[], rank: number, context: ExportContext): AlikeValues {
  const names = inputs.map((input) => {
    const missing = rank - input.shape.length;
    const plain = context.plain(input);
    if (missing === 0) return plain;
    return context.node('Unsqueeze', [plain, context.integers(range(missing).map((at) => at + 1))]);
  });
  return { names, axes: range(rank) };
}

/** Sequences side by side count where all do, sequences one behind the other each where it did. */
function joinedMask({ inputs, input }: LayerCall, axis: number, context: ExportContext): string | null {
  const masks = inputs.flatMap(({ mask }) => mask ?? []);
  const [first] = masks;
  if (first === undefined) return null;
  const rank = input.shape.length;
  const isLast = axis === -1 || axis === rank - 1;
  if (isLast) return masks.slice(1).reduce((all, mask) => context.node('And', [all, mask]), first);
  return masks.length === inputs.length && axis === 1 ? context.node('Concat', masks, { axis: 1 }) : null;
}
