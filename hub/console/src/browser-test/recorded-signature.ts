import type { FeatureSpec, ModelSignature, TensorSpec } from '@edgeloop/hub';

export function feature(name: string, kind: string, changed: Partial<FeatureSpec> = {}): FeatureSpec {
  return { name, kind, unit: '', description: '', levels: [], ...changed };
}

export function input(
  name: string,
  dims: number[],
  features: FeatureSpec[],
  changed: Partial<TensorSpec> = {},
): TensorSpec {
  return { name, elementType: 'float32', dims, features, meaning: '', layout: '', stride: 0, ...changed };
}

/** Of a model with inputs of every kind. */
export function recordedSignature(): ModelSignature {
  return {
    task: 'classification',
    inputs: [
      input('features', [-1, 1], [feature('V1', 'number', { unit: 'K', range: { min: 27.5, max: 126 } })]),
      input('categories', [-1, 1], [feature('valve', 'category', { levels: ['closed', 'open'] })]),
      input('times', [-1, 1], [feature('at', 'time', { range: { min: 1_700_000_000, max: 1_710_000_000 } })]),
      input('image', [-1, -1, -1, 3], [feature('photo', 'image')], { layout: 'NHWC' }),
      input('window', [-1, 64, 1], [feature('V9', 'number')], { stride: 16 }),
      input('text', [-1, 1], [feature('note', 'text')]),
    ],
    outputs: [],
    classes: ['Rad Flow', 'Fpv Close'],
    threshold: 0,
  };
}
