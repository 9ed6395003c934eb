import { ModelError } from '../errors.ts';
import { type Model, withGraph } from '../format/messages.ts';
import { inferTypes } from '../shape/infer-types.ts';
import { toValueInfo, valueTypeOf } from './value-type.ts';

/** What the open size is called. */
const BATCH = 'batch';

/**
 * The model with an open first size of its input, where exporters wrote the size of their example, usually 1.
 *
 * @param input name of the input
 * @param output a value whose first size must then be open too: otherwise the number of rows is written into a node
 * @throws ModelError SHAPE_MISMATCH when it is, or when the shape of `output` cannot be told
 */
export function freeBatch(model: Model, input: string, output: string): Model {
  const declared = model.graph.input.find(({ name }) => name === input);
  const { type, dims } = declared ? valueTypeOf(declared) : { type: undefined, dims: undefined };
  if (typeof dims?.[0] !== 'number') return model;
  const freed = withGraph(model, {
    input: model.graph.input.map((info) =>
      info === declared ? toValueInfo(input, { type, dims: [BATCH, ...dims.slice(1)] }) : info,
    ),
    output: model.graph.output.map((info) => toValueInfo(info.name ?? '', { ...valueTypeOf(info), dims: undefined })),
    // They say what was true for the example.
    valueInfo: [],
  });
  const [rows] = inferTypes(freed).typeOf(output).dims ?? [];
  if (rows === BATCH) return freed;
  const message = `Input ${input} must take any number of rows, got ${dims[0]}, and ${output} has ${rows ?? 'unknown'} whatever the input has; export the model with an open first size`;
  throw new ModelError('SHAPE_MISMATCH', message, { place: { value: input } });
}
