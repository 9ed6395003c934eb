import type { ModelSignature, TensorSpec } from '@edgeloop/protocol';
import { OutsideError } from '../errors.ts';
import type { InputKind, ModelInputSpec } from './model-rows.ts';

type SignedInputs = { readonly inputs: readonly Pick<TensorSpec, 'name' | 'elementType' | 'dims' | 'features'>[] };

/**
 * What a model reads, from its signature.
 *
 * @throws OutsideError MODEL_INVALID for an input that no model of the hub has
 */
export function inputSpecsOf({ inputs }: SignedInputs | Pick<ModelSignature, 'inputs'>): ModelInputSpec[] {
  return inputs.map(({ name, elementType, dims, features }) => {
    const kind = kindOf(elementType, dims.length, features[0]?.kind ?? '');
    if (kind === undefined) {
      const message = `input ${name}: expected numbers, categories, times, a text, an image or a window, got ${elementType} [${dims}]`;
      throw new OutsideError('MODEL_INVALID', message);
    }
    return { name, kind, columns: features.map((feature) => feature.name), dims: dims.slice(1) };
  });
}

/** @param axes with the batch */
function kindOf(elementType: string, axes: number, featureKind: string): InputKind | undefined {
  if (elementType === 'float32') return axes === 3 ? 'window' : 'numbers';
  if (elementType === 'float64') return 'times';
  if (elementType === 'uint8') return 'image';
  if (elementType !== 'string') return undefined;
  return featureKind === 'text' ? 'text' : 'categories';
}
