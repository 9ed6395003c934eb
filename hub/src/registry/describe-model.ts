import { findClassifierHead, inspectModel, type Model, OnnxError } from '@edgeloop/onnx';
import type { ModelInspection } from '../store/model-inspection.ts';

/** What can be told about a model from its file. */
export function describeModel(model: Model): Omit<ModelInspection, 'engine'> {
  const found = inspectModel(model);
  const value = ({ name, type, dims }: (typeof found.inputs)[number]): ModelInspection['inputs'][number] => ({
    name,
    type: type ?? null,
    dims: dims?.map((dim) => dim ?? null) ?? null,
  });
  const { blocking, refusal } = found.differentiation;
  return {
    inputs: found.inputs.map(value),
    outputs: found.outputs.map(value),
    producer: found.producer,
    irVersion: found.irVersion,
    opsets: { ...found.opsets },
    operators: { ...found.operators },
    parameterCount: found.parameterCount,
    weightBytes: found.weightBytes,
    activationBytes: found.activations.peakBytes,
    multiplyAdds: found.multiplyAddsPerRow,
    unestimatedOperators: [...found.unestimatedOperators],
    openSizes: [...found.openSizes],
    notDifferentiable: refusal === undefined ? [...new Set(blocking.map(({ operator }) => operator))] : [refusal],
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
