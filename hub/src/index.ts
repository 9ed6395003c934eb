export type { FeatureSpec, ModelSignature, TensorSpec } from '@edgeloop/protocol';
export type { AppType } from './api/app.ts';
export type { TelemetryNotice } from './api/live-telemetry.ts';
export type { DeviceView } from './api/schemas/fleet.ts';
export type { ModelView } from './api/schemas/models.ts';
export type { RunView } from './api/schemas/runs.ts';
export type { HubErrorCode } from './errors.ts';
export { HubError, InternalError, OutsideError, RequestError } from './errors.ts';
export type { AlertRecord, AlertState, DriftCheckRecord, DriftLevel } from './store/alert-store.ts';
export type { DatasetRecord } from './store/dataset-store.ts';
export type { DesiredSlotRecord, DeviceRecord } from './store/device-store.ts';
export type { EventLevel, EventRecord } from './store/event-store.ts';
export type { EpochFigures, JobMetrics, StepFigures } from './store/job-metrics-store.ts';
export type { JobCheckpoint, JobProgress } from './store/job-store.ts';
export type { ClassFigures, ClassMetrics, Metrics, NumberMetrics } from './store/metrics/metrics.ts';
export type { ModelInspection } from './store/model-inspection.ts';
export type {
  AliasMove,
  BaseVersion,
  ModelRecord,
  TrainedVersion,
  UploadedVersion,
  UploadVariantRecord,
  VariantRecord,
  VersionRecord,
} from './store/model-store.ts';
export type { FormQuality, LadderStep, ProfileClass, QuantizationReport } from './store/quantization-report.ts';
export type { RetrainingRecord, RetrainingState } from './store/retraining-store.ts';
export type { RolloutDeviceRecord, RolloutDeviceState, RolloutRecord, RolloutState } from './store/rollout-store.ts';
export type { RunRecord, RunState } from './store/run-store.ts';
export type { ApiRole, ApiTokenRecord } from './store/token-store.ts';
export { exportLayersModel } from './training/export/export-layers-model.ts';
export type { ExportedLayers, ExportOptions, WeightLink } from './training/export/exported-layers.ts';
