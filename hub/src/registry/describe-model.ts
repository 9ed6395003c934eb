import { differentiableOperators, findClassifierHead, type Model, modelStats, OnnxError } from '@edgeloop/onnx';
import type { ModelInspection } from '../store/model-inspection.ts';

/** Operators without weights and gradients that may stand beside the trained ones: they are about shapes. */
const NEVER_TRAINED = new Set(['Constant', 'Shape', 'Size', 'ConstantOfShape', 'Range']);

/** What can be told about a model from its file. */
export function describeModel(model: Model): Omit<ModelInspection, 'engine'> {
  const stats = modelStats(model);
  const value = ({ name, type, dims }: (typeof stats.inputs)[number]): ModelInspection['inputs'][number] => ({
    name,
    type: type ?? null,
    dims: dims?.map((dim) => dim ?? null) ?? null,
  });
  const known = new Set([...differentiableOperators(), ...NEVER_TRAINED]);
  return {
    inputs: stats.inputs.map(value),
    outputs: stats.outputs.map(value),
    irVersion: stats.irVersion,
    opsets: { ...stats.opsets },
    operators: { ...stats.operators },
    parameterCount: stats.parameterCount,
    weightBytes: stats.weightBytes,
    multiplyAdds: stats.multiplyAddsPerRow,
    unestimatedOperators: [...stats.unestimatedOperators],
    notDifferentiable: Object.keys(stats.operators).filter((operator) => !known.has(operator)),
    ...headOf(model),
  };
}

function headOf(model: Model): Pick<ModelInspection, 'head' | 'headless'> {
  try {
    const { node, units, classes } = findClassifierHead(model);
    return { head: { node, units, classes }, headless: null };
  } catch (error) {
    if (error instanceof OnnxError) return { head: null, headless: error.message };
    throw error;
  }
}
