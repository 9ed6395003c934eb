import { UsageError } from '../errors.ts';
import { type Graph, type Model, type ValueInfo, withFields, withGraph } from '../format/messages.ts';
import { type Dim, toValueInfo, valueTypeOf } from '../graph/value-type.ts';

/**
 * The model with open sizes of its inputs fixed, so that the shapes behind them are known.
 *
 * @param sizes by symbol (`batch`), or by input and axis (`x.0`) for a size that has no symbol
 * @throws UsageError VALUE_UNKNOWN when no input has such a size, ARGUMENT_INVALID when a size is not a whole number of
 * at least 1
 */
export function bindSizes(model: Model, sizes: Readonly<Record<string, number>>): Model {
  const used = new Set<string>();
  const bind = (info: ValueInfo): ValueInfo => boundInfo(info, sizes, used);
  const { graph } = model;
  const input = graph.input.map(bind);
  for (const [name, size] of Object.entries(sizes)) {
    if (!Number.isInteger(size) || size < 1) {
      throw new UsageError('ARGUMENT_INVALID', `Size ${name} must be a whole number of at least 1, got ${size}`);
    }
    if (used.has(name)) continue;
    const message = `Size ${name} must be one of ${openSizes(graph).join(', ') || 'none'}, got no such open size`;
    throw new UsageError('VALUE_UNKNOWN', message, { place: { value: name } });
  }
  return withGraph(model, { input, output: graph.output.map(bind), valueInfo: graph.valueInfo.map(bind) });
}

/** The open sizes of a graph's inputs, as `bindSizes` takes them. */
export function openSizes(graph: Graph): string[] {
  const names = graph.input.flatMap((info) => {
    const dims = valueTypeOf(info).dims ?? [];
    return dims.flatMap((dim, axis) => (typeof dim === 'number' ? [] : [dim ?? placeName(info, axis)]));
  });
  return [...new Set(names)];
}

function placeName(info: ValueInfo, axis: number): string {
  return `${info.name ?? ''}.${axis}`;
}

function boundInfo(info: ValueInfo, sizes: Readonly<Record<string, number>>, used: Set<string>): ValueInfo {
  const { type, dims } = valueTypeOf(info);
  const bound = dims?.map((dim, axis): Dim => {
    if (typeof dim === 'number') return dim;
    const name = [dim, placeName(info, axis)].find((entry) => entry !== undefined && Object.hasOwn(sizes, entry));
    if (name === undefined) return dim;
    used.add(name);
    return sizes[name];
  });
  if (!bound || !type || bound.every((dim, axis) => dim === dims?.[axis])) return info;
  return withFields(info, { type: toValueInfo('', { type, dims: bound }).type });
}
