import type { ModelSignature } from '@edgeloop/protocol';
import { NETWORK_VALUES } from './network.ts';

/** What goes into a classifier over number columns and what comes out; -1 stands for the batch. */
export function classifierSignature(features: readonly string[], classes: readonly string[]): ModelSignature {
  return {
    task: 'classification',
    inputs: [
      {
        name: NETWORK_VALUES.features,
        elementType: 'float32',
        dims: [-1, features.length],
        features: features.map((name) => ({ name, kind: 'number', unit: '', description: '', levels: [] })),
        ...{ meaning: '', layout: '', stride: 0 },
      },
    ],
    outputs: [
      output(NETWORK_VALUES.probabilities, 'float32', [-1, classes.length], 'probabilities'),
      output(NETWORK_VALUES.classIndex, 'int64', [-1], 'class_index'),
    ],
    classes: [...classes],
    threshold: 0,
  };
}

function output(name: string, elementType: string, dims: number[], meaning: string): ModelSignature['outputs'][number] {
  return { name, elementType, dims, features: [], meaning, layout: '', stride: 0 };
}
