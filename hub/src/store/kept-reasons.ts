import type { DynamicKeptReason, Float16KeptReason, KeptReason, WeightOnlyKeptNode } from '@edgeloop/onnx';

/** Why a plan of any smaller form leaves a node in float. */
export type AnyKeptReason = KeptReason | DynamicKeptReason | Float16KeptReason | WeightOnlyKeptNode['reason'];

/** The reasons in words. */
export const KEPT_REASONS: Readonly<Record<AnyKeptReason, string>> = {
  excluded: 'it was to stay in float',
  'weights-not-constant': 'its weights are computed in the graph',
  'weights-not-float32': 'its weights are not float32',
  'rank-unsupported': 'its weights or its bias have a shape that no integer operator takes',
  transposed: 'it reads its input transposed',
  'no-integer-kernel': 'ONNX Runtime has no integer operator for it',
  'few-inputs': 'its integer operator is slower for so few channels',
  'narrow-groups': 'its integer operator is slower for groups of so few channels',
  'inside-node': 'it lies in a graph of an If, Loop or Scan',
  'needs-ranges': 'convolutions in integers pay only with ranges from calibration',
  peepholes: 'ONNX Runtime has no integer LSTM with peepholes',
  'batch-first': 'ONNX Runtime has no integer LSTM with the batch first',
  'attention-form': 'ONNX Runtime has no integer attention of this form',
  sensitive: 'half precision would lose too much in it',
  'beyond-float16': 'it reads a constant that half precision cannot hold',
  'operator-unsupported': 'it has no form in half precision',
  'type-unknown': 'it is not known what it reads or writes',
  'too-small': 'it has too few weights to be faster that way',
};
