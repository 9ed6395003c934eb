/** Deltas between model files: what of this package a device needs to bring a model up to date. */
export type { DeltaErrorCode } from '../errors.ts';
export { DeltaError } from '../errors.ts';
export type { ApplyDeltaOptions } from './apply-delta.ts';
export { applyDelta, DEFAULT_MAX_RESULT_BYTES } from './apply-delta.ts';
export type { DeltaInfo } from './delta-header.ts';
export { deltaInfo } from './delta-info.ts';
export type { MakeDeltaOptions } from './make-delta.ts';
export { DEFAULT_DELTA_QUALITY, makeDelta } from './make-delta.ts';
export { verifyDelta } from './verify-delta.ts';
