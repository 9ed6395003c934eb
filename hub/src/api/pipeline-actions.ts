import type { CalibrationMapping } from '../store/calibration-mapping.ts';
import type { JobRecord } from '../store/job-store.ts';
import type { QuantizationRecord } from '../store/quantization-store.ts';
import type { QuantizationGoals } from '../store/recipe/recipe.ts';
import type { RetrainingRecord } from '../store/retraining-store.ts';
import type { RolloutPlan, RolloutRecord } from '../store/rollout-store.ts';
import type { RunRecord } from '../store/run-store.ts';
import type { UploadRecord } from '../store/upload-store.ts';

export interface StartRunRequest {
  readonly model: string;
  readonly description?: string | undefined;
  /** The newest version of the data set when none is named. */
  readonly dataset: { readonly name: string; readonly version?: number | undefined };
  /** Checked and completed by training's RecipeSchema. */
  readonly recipe?: Readonly<Record<string, unknown>> | undefined;
  /** Name of the API token that asked. */
  readonly requestedBy: string;
}

/** Rows for an uploaded model, and how they become its input. */
export interface CalibrationWish {
  /** The newest version when none is named. */
  readonly dataset: { readonly name: string; readonly version?: number | undefined };
  readonly mapping?: CalibrationMapping | undefined;
}

/** What smaller forms shall be like. */
export interface QuantizationWish {
  /** What is left out is as the recipe has it, or usual. */
  readonly goals?: (Partial<QuantizationGoals> & { readonly maxSizeBytes?: number | undefined }) | undefined;
  /** Names of firmware profiles. @default those of the enrolled devices; without any all there are */
  readonly profiles?: readonly string[] | undefined;
  /** Only of uploaded versions. */
  readonly calibration?: CalibrationWish | undefined;
}

export interface StartQuantizationRequest extends QuantizationWish {
  readonly model: string;
  readonly version: number;
  /** Whether the forms become a version of their own. */
  readonly publish: boolean;
  readonly requestedBy: string;
}

/** A model file that lies in the blob store. */
export interface StartUploadRequest
  extends Pick<UploadRecord, 'model' | 'digest' | 'sizeBytes' | 'fileName' | 'description' | 'requestedBy'> {
  /** Whether smaller forms are looked for. @default false */
  readonly quantize?: boolean;
  readonly calibration?: CalibrationWish | undefined;
}

export interface StartedUpload {
  readonly upload: UploadRecord;
  /** False: the same file was handed in for the same model before. */
  readonly isNew: boolean;
}

export interface StartRolloutRequest {
  readonly model: string;
  readonly version: number;
  /** What is left out gets the default. */
  readonly plan?: Partial<RolloutPlan> | undefined;
  readonly requestedBy: string;
}

/** What people and workers set in motion through the API; the pipeline decides what comes of it. */
export interface PipelineActions {
  /**
   * @throws RequestError NOT_FOUND for an unknown data set or version to start from, INVALID_INPUT for a recipe that
   *   cannot be, with every reason
   */
  startRun(request: StartRunRequest): Promise<RunRecord>;
  /** Ends a run that is under way. @throws RequestError NOT_FOUND; CONFLICT when it has ended already */
  cancelRun(id: string, requestedBy: string): Promise<RunRecord>;
  /** Goes on with a failed or cancelled run. @throws RequestError NOT_FOUND; CONFLICT when it is none */
  resumeRun(id: string, requestedBy: string): Promise<RunRecord>;
  /**
   * @throws OutsideError MODEL_INVALID with every reason when the file is no sound model; RequestError NOT_FOUND for an
   *   unknown data set to calibrate by
   */
  startUpload(request: StartUploadRequest): Promise<StartedUpload>;
  /** Ends the step of an upload that is under way. @throws RequestError NOT_FOUND; CONFLICT when it has ended already */
  cancelUpload(id: string, requestedBy: string): Promise<UploadRecord>;
  /**
   * Looks for smaller forms of a version that is there.
   *
   * @throws RequestError NOT_FOUND; INVALID_INPUT for an unknown profile, or rows that the version does not take;
   *   CONFLICT when an uploaded version should be published
   */
  startQuantization(request: StartQuantizationRequest): Promise<QuantizationRecord>;
  /** Ends a search that is under way. @throws RequestError NOT_FOUND; CONFLICT when it has ended already */
  cancelQuantization(id: string, requestedBy: string): Promise<QuantizationRecord>;
  /**
   * @throws RequestError NOT_FOUND for an unknown version, CONFLICT while another rollout of the model runs or when the
   *   version has no release
   */
  startRollout(request: StartRolloutRequest): Promise<RolloutRecord>;
  /** @throws RequestError NOT_FOUND, CONFLICT when its state does not allow it; so do the next three */
  pauseRollout(id: string, requestedBy: string): Promise<RolloutRecord>;
  resumeRollout(id: string, requestedBy: string): Promise<RolloutRecord>;
  abortRollout(id: string, requestedBy: string): Promise<RolloutRecord>;
  rollBack(id: string, requestedBy: string): Promise<RolloutRecord>;
  /** Starts a retraining without waiting for drift. @throws RequestError NOT_FOUND, CONFLICT while one is in progress */
  retrainNow(model: string, reason: string): Promise<RetrainingRecord>;
  /** A job is done or failed for good. */
  jobEnded(job: JobRecord): Promise<void>;
  /** A device's reported state was stored. */
  reportReceived(deviceId: string): Promise<void>;
  /** Windows of this model were stored. */
  telemetryStored(model: string): Promise<void>;
}
