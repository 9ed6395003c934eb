import { float32 } from '@edgeloop/onnx';
import type { ExportContext } from '../export-context.ts';
import { configOf, type LayerCall, type LayerExporter, type LayerExporters } from '../layer-exporter.ts';
import type { LayerResult } from '../layer-value.ts';
import { inPlace } from './elementwise.ts';

interface DropoutConfig {
  readonly rate: number;
  readonly noiseShape?: readonly (number | null)[] | null;
}

/** Layers that only training knows; they stay for it where the operators of ONNX can express them. */
export const DROPOUT_LAYERS: LayerExporters = {
  Dropout: (call, context) => {
    const { rate, noiseShape } = configOf<DropoutConfig>(call);
    if (!isKept(rate, context)) return inPlace(call);
    return noiseShape
      ? together(call, rate, noiseShape, context)
      : { ...inPlace(call), name: dropped(call.input.name, rate, context) };
  },
  SpatialDropout1D: (call, context) => {
    const { rate } = configOf<DropoutConfig>(call);
    return isKept(rate, context) ? together(call, rate, [null, 1, null], context) : inPlace(call);
  },
  GaussianNoise: noise('stddev'),
  GaussianDropout: noise('rate'),
  AlphaDropout: noise('rate'),
};

function isKept(rate: number, { purpose }: ExportContext): boolean {
  return purpose === 'training' && rate > 0 && rate < 1;
}

function dropped(value: string, rate: number, context: ExportContext): string {
  return context.node('Dropout', [value, context.number(rate)]);
}

/** Drops entries together along the axes where `noiseShape` is 1. */
function together(
  { input }: LayerCall,
  rate: number,
  noiseShape: readonly (number | null)[],
  context: ExportContext,
): LayerResult {
  const value = context.plain(input);
  const sizes = context.node('Shape', [value]);
  const shared = noiseShape.flatMap((size, axis) => (size === 1 ? axis : []));
  const kept = context.node('ScatterElements', [
    sizes,
    context.integers(shared),
    context.integers(shared.map(() => 1)),
  ]);
  const ones = context.node('Expand', [context.graph.constant(float32([1])), kept]);
  return { name: context.node('Mul', [value, dropped(ones, rate, context)]) };
}

function noise(strength: 'stddev' | 'rate'): LayerExporter {
  return (call, context) => {
    const amount = configOf<Readonly<Record<string, number>>>(call)[strength] ?? 0;
    if (context.purpose === 'training' && amount > 0) {
      throw context.refusal(call.layer, 'noise in training needs random numbers that a graph of ONNX cannot repeat');
    }
    return inPlace(call);
  };
}
