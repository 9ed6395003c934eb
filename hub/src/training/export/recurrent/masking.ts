import { DATA_TYPE } from '@edgeloop/onnx';
import type { ExportContext } from '../export-context.ts';
import { configOf, type LayerExporter } from '../layer-exporter.ts';

/** Steps all of whose features have one value do not count, and become zero. */
export const maskingLayer: LayerExporter = (call, context) => {
  const { maskValue } = configOf<{ readonly maskValue: number }>(call);
  if (call.input.shape.length > 4) throw context.refusal(call.layer, 'it would mask single entries of a step');
  const x = context.plain(call.input);
  const counts = anyOther(x, maskValue, context);
  const flags = context.node('Unsqueeze', [counts, context.integers([-1])]);
  const name = context.node('Mul', [x, context.node('Cast', [flags], { to: DATA_TYPE.float32 })]);
  // Masks are one flag a step; in TensorFlow.js, too, no layer can read others.
  return { name, mask: call.input.shape.length === 3 ? counts : null };
};

/** Whether a feature differs from `value`, bool [batch, ...]. */
function anyOther(x: string, value: number, context: ExportContext): string {
  const differs = context.node('Not', [context.node('Equal', [x, context.number(value)])]);
  const flags = context.node('Cast', [differs], { to: DATA_TYPE.float32 });
  const most = context.node('ReduceMax', [flags, context.integers([-1])], { keepdims: 0 });
  return context.node('Greater', [most, context.number(0)]);
}
