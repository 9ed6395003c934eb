export type { ApplyDeltaOptions } from './delta/apply-delta.ts';
export { applyDelta, DEFAULT_MAX_RESULT_BYTES } from './delta/apply-delta.ts';
export type { DeltaInfo } from './delta/delta-header.ts';
export { deltaInfo } from './delta/delta-info.ts';
export type { MakeDeltaOptions } from './delta/make-delta.ts';
export { DEFAULT_DELTA_QUALITY, makeDelta } from './delta/make-delta.ts';
export { verifyDelta } from './delta/verify-delta.ts';
export type {
  DeltaErrorCode,
  InternalErrorCode,
  ModelErrorCode,
  OnnxErrorCode,
  OnnxErrorOptions,
  OnnxErrorPlace,
  UsageErrorCode,
} from './errors.ts';
export { DeltaError, InternalError, ModelError, OnnxError, UsageError } from './errors.ts';
export type { AttributeValue, FloatAttribute } from './format/attributes.ts';
export { float } from './format/attributes.ts';
export type {
  Attribute,
  Graph,
  Model,
  ModelFunction,
  Node,
  SparseTensorProto,
  TensorProto,
  ValueInfo,
} from './format/messages.ts';
export { MAX_MODEL_BYTES } from './format/model-size.ts';
export { readModel } from './format/read-model.ts';
export { writeModel } from './format/write-model.ts';
export { differentiableOperators } from './gradient/gradient-rules.ts';
export { extractModel } from './graph/extract-model.ts';
export { freeBatch } from './graph/free-batch.ts';
export type { GraphBuilderOptions, NodeOptions } from './graph/graph-builder.ts';
export {
  DEFAULT_IR_VERSION,
  DEFAULT_ML_OPSET,
  DEFAULT_OPSET,
  GraphBuilder,
  ML_DOMAIN,
} from './graph/graph-builder.ts';
export { joinModels } from './graph/join-models.ts';
export { liftConstants } from './graph/lift-constants.ts';
export { OLDEST_SUPPORTED_OPSET } from './graph/opset.ts';
export { renameModelValues } from './graph/rename-model.ts';
export { separators } from './graph/separators.ts';
export type { SplitModel } from './graph/split-model.ts';
export { renamedApart, splitModel } from './graph/split-model.ts';
export { NEWEST_UPGRADE_OPSET, OLDEST_UPGRADABLE_OPSET, upgradeOpset } from './graph/upgrade-opset.ts';
export type { Dim, ValueType } from './graph/value-type.ts';
export { valueTypeOf } from './graph/value-type.ts';
export { valuesBehind } from './graph/values-behind.ts';
export type { ActivationMemory } from './inspect/activation-memory.ts';
export { activationMemory } from './inspect/activation-memory.ts';
export { checkModel, KNOWN_OPSETS } from './inspect/check-model.ts';
export { checkTypes } from './inspect/check-types.ts';
export type { Change, ModelDifferences, TensorChange, TensorSummary } from './inspect/diff-models.ts';
export { diffModels } from './inspect/diff-models.ts';
export type { NodeChange, NodePartChange, NodeSummary } from './inspect/diff-nodes.ts';
export type { BlockingNode, Differentiation } from './inspect/differentiation.ts';
export { blockingNodes } from './inspect/differentiation.ts';
export type { InspectOptions, ModelInspection, QuantizationOutlook } from './inspect/inspect-model.ts';
export { inspectModel } from './inspect/inspect-model.ts';
export type { ModelFault, ModelFaultCode } from './inspect/model-fault.ts';
export type { ModelStats, ValueSummary } from './inspect/model-stats.ts';
export { modelStats } from './inspect/model-stats.ts';
export type { TensorDifference } from './inspect/tensor-difference.ts';
export { foldConstants } from './passes/fold-constants.ts';
export type { Evaluate } from './passes/fold-with-engine.ts';
export { foldWithEngine } from './passes/fold-with-engine.ts';
export type { FoldingLimit } from './passes/folding-limit.ts';
export { fuseLinear } from './passes/fuse-linear.ts';
export { inlineBranches } from './passes/inline-branches.ts';
export { inlineFunctions } from './passes/inline-functions.ts';
export { liftConstantNodes } from './passes/lift-constants.ts';
export type { OptimizedModel } from './passes/optimize.ts';
export { DEFAULT_PASSES, optimize } from './passes/optimize.ts';
export type { Pass, PassName, PassReport, PassResult } from './passes/pass.ts';
export { removeDead } from './passes/remove-dead.ts';
export { removeIdentities } from './passes/remove-identities.ts';
export { shareDuplicates } from './passes/share-duplicates.ts';
export { simplifyShapes } from './passes/simplify-shapes.ts';
export { skipJoins } from './passes/skip-joins.ts';
export { ChannelStatistics } from './quantize/calibration/channel-statistics.ts';
export type { RangesObserver } from './quantize/calibration/make-range-observer.ts';
export { rangeObserver, rangesObserver } from './quantize/calibration/make-range-observer.ts';
export { DEFAULT_PERCENTILE } from './quantize/calibration/percentile.ts';
export type { CalibrationMethod, RangeObserver, RangeObserverOptions } from './quantize/calibration/range-observer.ts';
export { CALIBRATION_METHODS } from './quantize/calibration/range-observer.ts';
export type { DynamicKeptNode, DynamicKeptReason, DynamicNode, DynamicPlan } from './quantize/dynamic/dynamic-plan.ts';
export { planDynamicQuantization } from './quantize/dynamic/dynamic-plan.ts';
export type { DynamicQuantizationOptions } from './quantize/dynamic/dynamic-quantize.ts';
export { dynamicQuantize } from './quantize/dynamic/dynamic-quantize.ts';
export type {
  Float16KeptNode,
  Float16KeptReason,
  Float16Plan,
  Float16Scope,
} from './quantize/float16/float16-plan.ts';
export { planFloat16 } from './quantize/float16/float16-plan.ts';
export { float16Weights } from './quantize/float16/float16-weights.ts';
export { SENSITIVE_OPERATORS } from './quantize/float16/half-operators.ts';
export { toFloat16 } from './quantize/float16/to-float16.ts';
export { exposeActivations } from './quantize/plan/expose-activations.ts';
export { prepareForQuantization } from './quantize/plan/prepare-for-quantization.ts';
export type {
  CarriedNode,
  KeptNode,
  QuantizationPlan,
  QuantizationScope,
  QuantizedNode,
} from './quantize/plan/quantization-plan.ts';
export { planQuantization } from './quantize/plan/quantization-plan.ts';
export type { KeptReason } from './quantize/plan/reason-to-keep.ts';
export type { ActivationQuantization, ValueRange } from './quantize/static/activation-quantization.ts';
export { quantizeRange } from './quantize/static/activation-quantization.ts';
export type { StaticQuantizationOptions } from './quantize/static/static-quantize.ts';
export { staticQuantize } from './quantize/static/static-quantize.ts';
export type { FakeQuantizationOptions } from './quantize/training/fake-quantize.ts';
export { fakeQuantize, withoutFakeQuantize } from './quantize/training/fake-quantize.ts';
export type { ChannelPruning, PrunedChannels, PrunedLayer } from './quantize/training/pruning/prune-channels.ts';
export { pruneChannels } from './quantize/training/pruning/prune-channels.ts';
export type { PrunedWeights, WeightPruning } from './quantize/training/pruning/prune-weights.ts';
export { pruneWeights } from './quantize/training/pruning/prune-weights.ts';
export type { WeightMasks } from './quantize/training/pruning/weight-masks.ts';
export { maskWeights, withoutMasks } from './quantize/training/pruning/weight-masks.ts';
export { equalizeChannels } from './quantize/transforms/equalize-channels.ts';
export type { SmoothingOptions } from './quantize/transforms/smooth-activations.ts';
export { DEFAULT_SMOOTHING_ALPHA, smoothActivations } from './quantize/transforms/smooth-activations.ts';
export type { WeightBits } from './quantize/weight-only/block-weights.ts';
export type { WeightOnlyKeptNode, WeightOnlyPlan, WeightOnlyScope } from './quantize/weight-only/weight-only-plan.ts';
export { DEFAULT_MIN_ELEMENTS, planWeightOnlyQuantization } from './quantize/weight-only/weight-only-plan.ts';
export type { WeightOnlyOptions } from './quantize/weight-only/weight-only-quantize.ts';
export { DEFAULT_BLOCK_SIZE, weightOnlyQuantize } from './quantize/weight-only/weight-only-quantize.ts';
export { bindSizes, openSizes } from './shape/bind-sizes.ts';
export type { InferredTypes } from './shape/infer-types.ts';
export { inferTypes } from './shape/infer-types.ts';
export { decodeTensor, sharedTensor } from './tensor/decode-tensor.ts';
export type { ElementType } from './tensor/element-type.ts';
export { DATA_TYPE } from './tensor/element-type.ts';
export { encodeTensor } from './tensor/encode-tensor.ts';
export type { ExternalData, ExternalFiles } from './tensor/external-data.ts';
export {
  externalDataOf,
  externalLocations,
  hasExternalData,
  requireExternalSize,
  resolveExternalData,
} from './tensor/external-data.ts';
export { fromFloat16Bits, toFloat16Bits } from './tensor/float16.ts';
export { decodeSparseTensor } from './tensor/sparse-tensor.ts';
export type { Tensor, TensorData, TensorOf } from './tensor/tensor.ts';
export { float32, int64, scalar, tensor } from './tensor/tensor.ts';
export { applyState } from './training/apply-state.ts';
export { buildTrainingGraph } from './training/build-training-graph.ts';
export type { ClassifierBody, ClassifierHead, HeadValues, NewHead } from './training/classifier-head.ts';
export { classifierBody, findClassifierHead, withClassifierHead } from './training/classifier-head.ts';
export { glorotUniform } from './training/initial-weights.ts';
export type { LossKind, LossOptions } from './training/losses/add-losses.ts';
export type { BinaryCrossEntropyOptions } from './training/losses/binary-cross-entropy.ts';
export type { FocalOptions } from './training/losses/focal.ts';
export { DEFAULT_FOCAL_GAMMA } from './training/losses/focal.ts';
export type { HuberOptions } from './training/losses/huber.ts';
export { DEFAULT_HUBER_DELTA } from './training/losses/huber.ts';
export type { LossTarget } from './training/losses/loss-rule.ts';
export type { MeanAbsoluteErrorOptions } from './training/losses/mean-absolute-error.ts';
export type { MeanSquaredErrorOptions } from './training/losses/mean-squared-error.ts';
export type { SoftmaxCrossEntropyOptions } from './training/losses/softmax-cross-entropy.ts';
export type { AdamOptions } from './training/optimizers/adam.ts';
export type { AdamMoments } from './training/optimizers/adam-step.ts';
export type { AdamwOptions } from './training/optimizers/adamw.ts';
export type { OptimizerKind, OptimizerOptions } from './training/optimizers/add-optimizer.ts';
export { DEFAULT_OPTIMIZER } from './training/optimizers/add-optimizer.ts';
export { averagedState, averageName } from './training/optimizers/average-weights.ts';
export type { WeightDecayOptions } from './training/optimizers/optimizer-context.ts';
export { isDecayed } from './training/optimizers/optimizer-context.ts';
export type { RmspropOptions } from './training/optimizers/rmsprop.ts';
export type { SgdOptions } from './training/optimizers/sgd.ts';
export type {
  ConstantSchedule,
  CosineSchedule,
  PlateauSchedule,
  Schedule,
  ScheduleKind,
  ScheduleState,
  StepSchedule,
  WarmUp,
} from './training/schedules/schedule.ts';
export {
  DEFAULT_PLATEAU_THRESHOLD,
  FIRST_SCHEDULE_STATE,
  learningRateShare,
  scheduleAfter,
} from './training/schedules/schedule.ts';
export { trainableParameters } from './training/trainable-parameters.ts';
export type { TrainedTensor } from './training/trained-tensors.ts';
export { trainedTensors } from './training/trained-tensors.ts';
export type {
  DeferredGradient,
  DeferredUpdate,
  DeferredWeight,
  FactorPort,
  StateKind,
  StateTensor,
  TrainedLoss,
  TrainingGraph,
  TrainingOptions,
} from './training/training-graph.ts';
export { firstState, nextState, stateByName } from './training/training-state.ts';
export type { WeightPiece } from './training/weight-pieces.ts';
export { weightPieces } from './training/weight-pieces.ts';
export { weightsAsInputs } from './training/weights-as-inputs.ts';
