/** Codes for calls that this package's user can correct. */
export type UsageErrorCode =
  | 'ARGUMENT_INVALID'
  | 'NAME_TAKEN'
  | 'VALUE_UNKNOWN'
  | 'ATTRIBUTE_AMBIGUOUS'
  | 'RANGE_MISSING'
  | 'VALUE_NOT_FINITE'
  | 'STATE_MISMATCH';

/** Codes for models that are broken, or that ask for something this package does not do. */
export type ModelErrorCode =
  | 'MODEL_EMPTY'
  | 'MODEL_TRUNCATED'
  | 'MODEL_MALFORMED'
  | 'MODEL_TOO_LARGE'
  | 'GRAPH_MISSING'
  | 'GRAPH_CYCLIC'
  | 'EXTERNAL_DATA'
  | 'EXTERNAL_DATA_MISSING'
  | 'EXTERNAL_DATA_TOO_LARGE'
  | 'TENSOR_MALFORMED'
  | 'TENSOR_TYPE_UNSUPPORTED'
  | 'OPSET_UNSUPPORTED'
  | 'OPERATOR_NOT_DIFFERENTIABLE'
  | 'NOT_TRAINABLE'
  | 'SHAPE_MISMATCH';

/** Codes for deltas between model files that cannot be applied. */
export type DeltaErrorCode = 'DELTA_DAMAGED' | 'DELTA_WRONG_BASE' | 'DELTA_TOO_LARGE';

export type InternalErrorCode = 'INTERNAL';

export type OnnxErrorCode = UsageErrorCode | ModelErrorCode | DeltaErrorCode | InternalErrorCode;

/** Where in a model an error lies. */
export interface OnnxErrorPlace {
  readonly node?: string;
  readonly operator?: string;
  readonly value?: string;
}

export interface OnnxErrorOptions {
  readonly cause?: unknown;
  readonly place?: OnnxErrorPlace;
}

/** Every error that this package throws. */
export abstract class OnnxError extends Error {
  abstract readonly code: OnnxErrorCode;
  readonly place: OnnxErrorPlace;

  protected constructor(message: string, options: OnnxErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.place = options.place ?? {};
  }
}

/** The caller passed something that cannot work with any model. */
export class UsageError extends OnnxError {
  override readonly name = 'UsageError';
  readonly code: UsageErrorCode;

  constructor(code: UsageErrorCode, message: string, options: OnnxErrorOptions = {}) {
    super(message, options);
    this.code = code;
  }
}

/** The model is broken or needs what is not supported. */
export class ModelError extends OnnxError {
  override readonly name = 'ModelError';
  readonly code: ModelErrorCode;

  constructor(code: ModelErrorCode, message: string, options: OnnxErrorOptions = {}) {
    super(message, options);
    this.code = code;
  }
}

/** A delta is broken, hostile, or meant for another file. */
export class DeltaError extends OnnxError {
  override readonly name = 'DeltaError';
  readonly code: DeltaErrorCode;

  constructor(code: DeltaErrorCode, message: string, options: OnnxErrorOptions = {}) {
    super(message, options);
    this.code = code;
  }
}

/** A fault of this package. */
export class InternalError extends OnnxError {
  override readonly name = 'InternalError';
  readonly code = 'INTERNAL';

  constructor(message: string, options: OnnxErrorOptions = {}) {
    super(message, options);
  }
}
