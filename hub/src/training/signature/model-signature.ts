import type { FeatureSpec, ModelSignature, TensorSpec } from '@edgeloop/protocol';
import { ANOMALY_CLASSES, type InputRows, type ModelInputSpec, type ModelRows } from '../../store/model-rows.ts';
import { NETWORK_VALUES } from '../network/network.ts';
import { featureSpecs, numberFeature } from './feature-specs.ts';
import { INPUT_ELEMENT_TYPES } from './input-element-types.ts';

export interface SignatureInput {
  readonly task: 'classification' | 'regression' | 'anomaly';
  /** The training rows: ranges and levels are theirs. */
  readonly rows: Pick<ModelRows, 'rows' | 'inputs' | 'target'>;
  /** Anomaly: score from which on a reading counts as one. */
  readonly threshold?: number | undefined;
  /** Units by column, that of the target too. */
  readonly units?: Readonly<Record<string, string>> | undefined;
  /** Windows: readings from the beginning of one to that of the next. @default 1 */
  readonly stride?: number | undefined;
}

/** What goes into a model and what comes out; -1 stands for the batch, and for sizes of images that are open. */
export function signatureOf({ task, rows, threshold = 0, units = {}, stride = 1 }: SignatureInput): ModelSignature {
  const { target } = rows;
  const signature: ModelSignature = {
    task,
    inputs: rows.inputs.map((input) => inputOf(input, units, stride)),
    outputs: [],
    classes: task === 'anomaly' ? [...ANOMALY_CLASSES] : target.kind === 'classes' ? [...target.classes] : [],
    threshold,
  };
  if (target.kind === 'number') signature.target = numberFeature(target.column, units, target.values);
  return { ...signature, outputs: outputsOf(task, signature.classes.length) };
}

/** The signature of a classifier over number columns of which nothing is known. */
export function classifierSignature(features: readonly string[], classes: readonly string[]): ModelSignature {
  const dims = [features.length];
  const spec: ModelInputSpec = { name: NETWORK_VALUES.features, kind: 'numbers', columns: features, dims };
  const inputs: InputRows[] = [{ spec, dims, values: new Float32Array() }];
  const target = { kind: 'classes' as const, classes, labels: new Int32Array() };
  return signatureOf({ task: 'classification', rows: { rows: 0, inputs, target } });
}

function inputOf(input: InputRows, units: Readonly<Record<string, string>>, stride: number): TensorSpec {
  const { name, kind, dims } = input.spec;
  return {
    name,
    elementType: INPUT_ELEMENT_TYPES[kind],
    dims: [-1, ...dims],
    features: featureSpecs(input, units),
    meaning: '',
    layout: kind === 'image' ? 'NHWC' : '',
    stride: kind === 'window' ? stride : 0,
  };
}

function outputsOf(task: SignatureInput['task'], classes: number): TensorSpec[] {
  if (task === 'regression') return [output('value', 'float32', [-1, 1])];
  return [
    ...(task === 'anomaly' ? [output('score', 'float32', [-1])] : []),
    output(NETWORK_VALUES.probabilities, 'float32', [-1, classes]),
    output(NETWORK_VALUES.classIndex, 'int64', [-1]),
  ];
}

/** An output is called after what it means. */
function output(name: string, elementType: string, dims: number[]): TensorSpec {
  const features: FeatureSpec[] = [];
  return { name, elementType, dims, features, meaning: name, layout: '', stride: 0 };
}
