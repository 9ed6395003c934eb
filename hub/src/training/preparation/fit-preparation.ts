import { type Dim, GraphBuilder, int64 } from '@edgeloop/onnx';
import type { ModelInputSpec, ModelRows } from '../../store/model-rows.ts';
import type { Preprocessing } from '../../store/recipe/preprocessing.ts';
import type { ImageShape } from '../../store/recipe/recipe.ts';
import { NETWORK_VALUES } from '../network/network.ts';
import { INPUT_ELEMENT_TYPES } from '../signature/input-element-types.ts';
import { checkColumnSettings } from './column-settings.ts';
import type { Preparation, PreparedPart } from './preparation.ts';
import { PreparationSteps } from './preparation-steps.ts';
import type { StepPart } from './step.ts';

export interface PreparationOptions {
  /** The number columns are the pixels of an image, row by row, each pixel's channels together. */
  readonly pixels?: ImageShape | undefined;
}

/**
 * The preparation of these inputs, with figures of these rows: those that a network will be trained on.
 *
 * @throws RequestError INVALID_INPUT when settings name a column that is not there or does not take them
 */
export function fitPreparation(
  rows: Pick<ModelRows, 'rows' | 'inputs'>,
  settings: Preprocessing,
  options: PreparationOptions = {},
): Preparation {
  checkColumnSettings(
    settings,
    rows.inputs.map(({ spec }) => spec),
  );
  const graph = new GraphBuilder({ name: 'preparation' });
  for (const { spec } of rows.inputs) declare(graph, spec);
  const steps = new PreparationSteps(graph, rows.rows, settings, options.pixels);
  for (const input of rows.inputs) steps.add(input);
  const parts = steps.finish();
  const dims = preparedDims(parts.map(({ part }) => part));
  join(graph, parts);
  graph.output(NETWORK_VALUES.prepared, 'float32', ['batch', ...dims]);
  return { model: graph.build(), parts: parts.map(({ part }) => part), dims };
}

function declare(graph: GraphBuilder, { name, kind, dims }: ModelInputSpec): void {
  const open = ['height', 'width', 'channels'];
  const sizes = dims.map((dim, axis): Dim => (dim === -1 ? `${name}_${open[axis]}` : dim));
  graph.input(name, INPUT_ELEMENT_TYPES[kind], ['batch', ...sizes]);
}

function preparedDims(parts: readonly PreparedPart[]): number[] {
  const [only, ...others] = parts;
  if (only && others.length === 0) return channelFirst(only);
  return [parts.reduce((sum, part) => sum + sizeOf(part), 0)];
}

function channelFirst({ kind, dims }: PreparedPart): number[] {
  const [height = 1, width = 1, channels = 1] = dims;
  return kind === 'image' ? [channels, height, width] : [...dims];
}

function sizeOf({ dims }: PreparedPart): number {
  return dims.reduce((product, dim) => product * dim, 1);
}

/** Writes `prepared` from the values of all parts. */
function join(graph: GraphBuilder, parts: readonly StepPart[]): void {
  const [only, ...others] = parts;
  const outputs = [NETWORK_VALUES.prepared];
  if (only && others.length === 0) {
    graph.node('Identity', [only.value], {}, { outputs });
    return;
  }
  const flat = parts.map(({ value, part }) =>
    part.dims.length === 1 ? value : graph.node('Reshape', [value, graph.constant(int64([-1, sizeOf(part)]))]),
  );
  graph.node('Concat', flat, { axis: 1 }, { outputs });
}
