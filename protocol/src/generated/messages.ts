// GENERATED, DO NOT EDIT: npm run generate -w protocol
import { edgeloop } from '#wire';
import { type MessageCodec, messageCodec } from '../message-codec.ts';
import type { MessageShapes } from '../message-shape.ts';
import { bytesOf, integerOf, keepUnknown, listOf, mapOf, type Wire } from '../plain-message.ts';

const v1 = edgeloop.v1;

const shapes: MessageShapes = {
  Want: [
    ['protocolVersion', 'one', 'uint32'],
    ['digest', 'one', 'bytes'],
    ['chunkBytes', 'one', 'uint32'],
    ['missing', 'one', 'bytes'],
  ],
  BlobChunk: [
    ['data', 'one', 'bytes'],
  ],
  DesiredState: [
    ['protocolVersion', 'one', 'uint32'],
    ['deviceId', 'one', 'string'],
    ['generation', 'one', 'uint64'],
    ['issuedMs', 'one', 'uint64'],
    ['slots', 'many', 'DesiredSlot'],
    ['settings', 'maybe', 'Settings'],
  ],
  DesiredSlot: [
    ['slot', 'one', 'string'],
    ['model', 'one', 'string'],
    ['version', 'one', 'uint32'],
    ['release', 'maybe', 'BlobRef'],
    ['samples', 'maybe', 'SamplePolicy'],
  ],
  Settings: [
    ['windowMs', 'one', 'uint32'],
  ],
  SamplePolicy: [
    ['kind', 'one', 'string'],
    ['share', 'one', 'double'],
    ['perHour', 'one', 'uint32'],
    ['omitFields', 'many', 'string'],
  ],
  Command: [
    ['protocolVersion', 'one', 'uint32'],
    ['id', 'one', 'string'],
    ['kind', 'one', 'string'],
    ['slot', 'one', 'string'],
  ],
  Release: [
    ['protocolVersion', 'one', 'uint32'],
    ['model', 'one', 'string'],
    ['version', 'one', 'uint32'],
    ['createdMs', 'one', 'uint64'],
    ['signature', 'maybe', 'ModelSignature'],
    ['variants', 'many', 'Variant'],
    ['reference', 'maybe', 'Reference'],
  ],
  ModelSignature: [
    ['task', 'one', 'string'],
    ['inputs', 'many', 'TensorSpec'],
    ['outputs', 'many', 'TensorSpec'],
    ['classes', 'many', 'string'],
    ['target', 'maybe', 'FeatureSpec'],
    ['threshold', 'one', 'double'],
  ],
  TensorSpec: [
    ['name', 'one', 'string'],
    ['elementType', 'one', 'string'],
    ['dims', 'many', 'sint64'],
    ['features', 'many', 'FeatureSpec'],
    ['meaning', 'one', 'string'],
    ['layout', 'one', 'string'],
    ['stride', 'one', 'uint32'],
  ],
  FeatureSpec: [
    ['name', 'one', 'string'],
    ['kind', 'one', 'string'],
    ['unit', 'one', 'string'],
    ['description', 'one', 'string'],
    ['range', 'maybe', 'ValueRange'],
    ['levels', 'many', 'string'],
  ],
  ValueRange: [
    ['min', 'one', 'double'],
    ['max', 'one', 'double'],
  ],
  Variant: [
    ['name', 'one', 'string'],
    ['model', 'maybe', 'BlobRef'],
    ['golden', 'maybe', 'BlobRef'],
    ['profiles', 'many', 'string'],
    ['opset', 'one', 'uint32'],
    ['weightBytes', 'one', 'uint64'],
    ['activationBytes', 'one', 'uint64'],
    ['operators', 'many', 'string'],
    ['format', 'one', 'string'],
  ],
  BlobRef: [
    ['digest', 'one', 'bytes'],
    ['sizeBytes', 'one', 'uint64'],
    ['chunkBytes', 'one', 'uint32'],
    ['chunkDigests', 'many', 'bytes'],
  ],
  Reference: [
    ['features', 'many', 'FeatureReference'],
    ['predictedClasses', 'many', 'uint64'],
    ['confidenceBins', 'many', 'uint64'],
    ['accuracy', 'one', 'double'],
    ['calibrationConfidence', 'many', 'double'],
    ['calibrationAccuracy', 'many', 'double'],
  ],
  FeatureReference: [
    ['name', 'one', 'string'],
    ['kind', 'one', 'string'],
    ['edges', 'many', 'double'],
    ['levels', 'many', 'string'],
    ['bins', 'many', 'uint64'],
    ['missing', 'one', 'uint64'],
    ['min', 'one', 'double'],
    ['max', 'one', 'double'],
    ['mean', 'one', 'double'],
    ['m2', 'one', 'double'],
  ],
  GoldenVectors: [
    ['rows', 'one', 'uint32'],
    ['inputs', 'many', 'NamedTensor'],
    ['outputs', 'many', 'NamedTensor'],
    ['tolerance', 'one', 'double'],
    ['rowsPerRun', 'one', 'uint32'],
  ],
  NamedTensor: [
    ['name', 'one', 'string'],
    ['elementType', 'one', 'string'],
    ['dims', 'many', 'sint64'],
    ['data', 'one', 'bytes'],
    ['strings', 'many', 'string'],
  ],
  SignedEnvelope: [
    ['payloadType', 'one', 'string'],
    ['payload', 'one', 'bytes'],
    ['signatures', 'many', 'Signature'],
  ],
  Signature: [
    ['keyId', 'one', 'string'],
    ['algorithm', 'one', 'string'],
    ['value', 'one', 'bytes'],
  ],
  Birth: [
    ['protocolVersion', 'one', 'uint32'],
    ['deviceId', 'one', 'string'],
    ['bootId', 'one', 'string'],
    ['agentVersion', 'one', 'string'],
    ['profile', 'one', 'string'],
    ['profileReason', 'one', 'string'],
    ['capabilities', 'maybe', 'Capabilities'],
    ['sentMs', 'one', 'uint64'],
  ],
  Capabilities: [
    ['architecture', 'one', 'string'],
    ['cpuFlags', 'many', 'string'],
    ['cores', 'one', 'uint32'],
    ['memoryBytes', 'one', 'uint64'],
    ['storageFreeBytes', 'one', 'uint64'],
    ['onnxruntimeVersion', 'one', 'string'],
    ['nodeVersion', 'one', 'string'],
    ['machine', 'one', 'string'],
  ],
  Death: [
    ['bootId', 'one', 'string'],
    ['reason', 'one', 'string'],
  ],
  ReportedState: [
    ['protocolVersion', 'one', 'uint32'],
    ['bootId', 'one', 'string'],
    ['sentMs', 'one', 'uint64'],
    ['desiredGeneration', 'one', 'uint64'],
    ['slots', 'many', 'ReportedSlot'],
    ['problems', 'many', 'Problem'],
    ['supervisor', 'maybe', 'ProcessHealth'],
  ],
  ReportedSlot: [
    ['slot', 'one', 'string'],
    ['phase', 'one', 'string'],
    ['running', 'maybe', 'RunningModel'],
    ['previous', 'maybe', 'RunningModel'],
    ['wantedModel', 'one', 'string'],
    ['wantedVersion', 'one', 'uint32'],
    ['downloadedBytes', 'one', 'uint64'],
    ['downloadBytes', 'one', 'uint64'],
    ['problem', 'maybe', 'Problem'],
    ['selfTest', 'maybe', 'SelfTest'],
    ['runner', 'maybe', 'ProcessHealth'],
    ['variantTests', 'many', 'VariantTest'],
  ],
  VariantTest: [
    ['model', 'one', 'string'],
    ['version', 'one', 'uint32'],
    ['variant', 'one', 'string'],
    ['selfTest', 'maybe', 'SelfTest'],
    ['problem', 'maybe', 'Problem'],
    ['atMs', 'one', 'uint64'],
  ],
  RunningModel: [
    ['model', 'one', 'string'],
    ['version', 'one', 'uint32'],
    ['variant', 'one', 'string'],
    ['releaseDigest', 'one', 'bytes'],
    ['modelDigest', 'one', 'bytes'],
    ['inferences', 'one', 'uint64'],
    ['sinceMs', 'one', 'uint64'],
  ],
  SelfTest: [
    ['passed', 'one', 'bool'],
    ['rows', 'one', 'uint32'],
    ['largestDeviation', 'one', 'double'],
    ['tolerance', 'one', 'double'],
    ['p50Ms', 'one', 'double'],
    ['p95Ms', 'one', 'double'],
    ['rssBytes', 'one', 'uint64'],
  ],
  Problem: [
    ['code', 'one', 'string'],
    ['message', 'one', 'string'],
    ['atMs', 'one', 'uint64'],
  ],
  ProcessHealth: [
    ['rssBytes', 'one', 'uint64'],
    ['cpuSeconds', 'one', 'double'],
    ['uptimeSeconds', 'one', 'double'],
    ['restarts', 'one', 'uint32'],
    ['cpuShare', 'one', 'double'],
  ],
  TelemetryFrame: [
    ['protocolVersion', 'one', 'uint32'],
    ['bootId', 'one', 'string'],
    ['windows', 'many', 'TelemetryWindow'],
  ],
  TelemetryWindow: [
    ['firstSequence', 'one', 'uint32'],
    ['lastSequence', 'one', 'uint32'],
    ['startMs', 'one', 'uint64'],
    ['endMs', 'one', 'uint64'],
    ['slot', 'one', 'string'],
    ['model', 'one', 'string'],
    ['version', 'one', 'uint32'],
    ['releaseDigest', 'one', 'bytes'],
    ['readings', 'one', 'uint64'],
    ['predictions', 'one', 'uint64'],
    ['features', 'many', 'FeatureSummary'],
    ['predictedClasses', 'many', 'uint64'],
    ['confidenceBins', 'many', 'uint64'],
    ['expectations', 'many', 'ClassExpectation'],
    ['labelled', 'one', 'uint64'],
    ['correct', 'one', 'uint64'],
    ['latency', 'maybe', 'LatencySketch'],
    ['errors', 'many', 'ErrorCount'],
    ['health', 'maybe', 'WindowHealth'],
    ['violations', 'many', 'ViolationCount'],
  ],
  ViolationCount: [
    ['feature', 'one', 'string'],
    ['kind', 'one', 'string'],
    ['count', 'one', 'uint64'],
  ],
  FeatureSummary: [
    ['bins', 'many', 'uint64'],
    ['count', 'one', 'uint64'],
    ['missing', 'one', 'uint64'],
    ['min', 'one', 'double'],
    ['max', 'one', 'double'],
    ['mean', 'one', 'double'],
    ['m2', 'one', 'double'],
  ],
  ClassExpectation: [
    ['truePositive', 'one', 'double'],
    ['falsePositive', 'one', 'double'],
    ['trueNegative', 'one', 'double'],
    ['falseNegative', 'one', 'double'],
  ],
  LatencySketch: [
    ['relativeAccuracy', 'one', 'double'],
    ['zeroCount', 'one', 'uint64'],
    ['offset', 'one', 'sint32'],
    ['counts', 'many', 'uint64'],
    ['minMs', 'one', 'double'],
    ['maxMs', 'one', 'double'],
    ['sumMs', 'one', 'double'],
  ],
  ErrorCount: [
    ['code', 'one', 'string'],
    ['count', 'one', 'uint64'],
  ],
  WindowHealth: [
    ['rssBytesMax', 'one', 'uint64'],
    ['cpuSeconds', 'one', 'double'],
  ],
  SampleBatch: [
    ['protocolVersion', 'one', 'uint32'],
    ['bootId', 'one', 'string'],
    ['samples', 'many', 'Sample'],
  ],
  Sample: [
    ['sequence', 'one', 'uint32'],
    ['predictionId', 'one', 'string'],
    ['atMs', 'one', 'uint64'],
    ['slot', 'one', 'string'],
    ['model', 'one', 'string'],
    ['version', 'one', 'uint32'],
    ['fields', 'map', 'FieldValue'],
    ['predicted', 'one', 'string'],
    ['confidence', 'one', 'double'],
    ['label', 'one', 'string'],
  ],
  FieldValue: [
    ['number', 'choice', 'double', 'value'],
    ['text', 'choice', 'string', 'value'],
  ],
  Ack: [
    ['protocolVersion', 'one', 'uint32'],
    ['bootId', 'one', 'string'],
    ['channel', 'one', 'string'],
    ['upToSequence', 'one', 'uint32'],
    ['rejections', 'many', 'Rejection'],
  ],
  Rejection: [
    ['sequence', 'one', 'uint32'],
    ['code', 'one', 'string'],
    ['message', 'one', 'string'],
  ],
};

/** Device -> hub: the chunks of a blob that the device still lacks. */
export interface Want {
  protocolVersion: number;
  digest: Uint8Array;
  chunkBytes: number;
  /** Bit i of byte i / 8 (least significant first) is set when chunk i is missing. */
  missing: Uint8Array;
}
export const Want: MessageCodec<Want> = messageCodec('Want', v1.Want, plainWant, shapes);

function plainWant(m: Wire): Want {
  const plain: Want = {
    protocolVersion: m.protocolVersion,
    digest: bytesOf(m.digest),
    chunkBytes: m.chunkBytes,
    missing: bytesOf(m.missing),
  };
  return keepUnknown(m, plain);
}

/** One chunk; digest and index are in the topic. */
export interface BlobChunk {
  data: Uint8Array;
}
export const BlobChunk: MessageCodec<BlobChunk> = messageCodec('BlobChunk', v1.BlobChunk, plainBlobChunk, shapes);

function plainBlobChunk(m: Wire): BlobChunk {
  const plain: BlobChunk = {
    data: bytesOf(m.data),
  };
  return keepUnknown(m, plain);
}

/** What should run on one device. Travels as the payload of a SignedEnvelope. */
export interface DesiredState {
  protocolVersion: number;
  deviceId: string;
  /** Rises with every change; a device never goes back to a lower one. */
  generation: number;
  issuedMs: number;
  slots: DesiredSlot[];
  settings?: Settings | undefined;
}
export const DesiredState: MessageCodec<DesiredState> = messageCodec('DesiredState', v1.DesiredState, plainDesiredState, shapes);

function plainDesiredState(m: Wire): DesiredState {
  const plain: DesiredState = {
    protocolVersion: m.protocolVersion,
    deviceId: m.deviceId,
    generation: integerOf(m.generation),
    issuedMs: integerOf(m.issuedMs),
    slots: m.slots.map(plainDesiredSlot),
  };
  if (m.settings) plain.settings = plainSettings(m.settings);
  return keepUnknown(m, plain);
}

export interface DesiredSlot {
  slot: string;
  model: string;
  version: number;
  /** SignedEnvelope of the Release. */
  release?: BlobRef | undefined;
  samples?: SamplePolicy | undefined;
}
export const DesiredSlot: MessageCodec<DesiredSlot> = messageCodec('DesiredSlot', v1.DesiredSlot, plainDesiredSlot, shapes);

function plainDesiredSlot(m: Wire): DesiredSlot {
  const plain: DesiredSlot = {
    slot: m.slot,
    model: m.model,
    version: m.version,
  };
  if (m.release) plain.release = plainBlobRef(m.release);
  if (m.samples) plain.samples = plainSamplePolicy(m.samples);
  return keepUnknown(m, plain);
}

export interface Settings {
  /** Length of a telemetry window; 0 leaves the profile's. */
  windowMs: number;
}
export const Settings: MessageCodec<Settings> = messageCodec('Settings', v1.Settings, plainSettings, shapes);

function plainSettings(m: Wire): Settings {
  const plain: Settings = {
    windowMs: m.windowMs,
  };
  return keepUnknown(m, plain);
}

/** Which raw readings may leave the device. */
export interface SamplePolicy {
  /** "none", "random", "uncertain" or "all" */
  kind: string;
  /** random: share of readings, 0 to 1. uncertain: confidence below which a reading is taken. */
  share: number;
  /** 0 means no samples. */
  perHour: number;
  /** Fields that never leave the device. */
  omitFields: string[];
}
export const SamplePolicy: MessageCodec<SamplePolicy> = messageCodec('SamplePolicy', v1.SamplePolicy, plainSamplePolicy, shapes);

function plainSamplePolicy(m: Wire): SamplePolicy {
  const plain: SamplePolicy = {
    kind: m.kind,
    share: m.share,
    perHour: m.perHour,
    omitFields: listOf(m.omitFields),
  };
  return keepUnknown(m, plain);
}

export interface Command {
  protocolVersion: number;
  id: string;
  /** "self-test", "send-log" or "report-state" */
  kind: string;
  slot: string;
}
export const Command: MessageCodec<Command> = messageCodec('Command', v1.Command, plainCommand, shapes);

function plainCommand(m: Wire): Command {
  const plain: Command = {
    protocolVersion: m.protocolVersion,
    id: m.id,
    kind: m.kind,
    slot: m.slot,
  };
  return keepUnknown(m, plain);
}

/**
 * What devices may run: one version of one model with all its variants.
 * Travels as the payload of a SignedEnvelope, itself a content-addressed blob.
 */
export interface Release {
  protocolVersion: number;
  model: string;
  version: number;
  createdMs: number;
  signature?: ModelSignature | undefined;
  /** In the order in which devices try them, of those offered to their profile. */
  variants: Variant[];
  reference?: Reference | undefined;
}
export const Release: MessageCodec<Release> = messageCodec('Release', v1.Release, plainRelease, shapes);

function plainRelease(m: Wire): Release {
  const plain: Release = {
    protocolVersion: m.protocolVersion,
    model: m.model,
    version: m.version,
    createdMs: integerOf(m.createdMs),
    variants: m.variants.map(plainVariant),
  };
  if (m.signature) plain.signature = plainModelSignature(m.signature);
  if (m.reference) plain.reference = plainReference(m.reference);
  return keepUnknown(m, plain);
}

export interface ModelSignature {
  /** "classification", "regression" or "anomaly" */
  task: string;
  inputs: TensorSpec[];
  outputs: TensorSpec[];
  /** Anomaly: "normal" and "anomaly". */
  classes: string[];
  /** Regression: what the value is. */
  target?: FeatureSpec | undefined;
  /** Anomaly: score from which on a reading counts as one. */
  threshold: number;
}
export const ModelSignature: MessageCodec<ModelSignature> = messageCodec('ModelSignature', v1.ModelSignature, plainModelSignature, shapes);

function plainModelSignature(m: Wire): ModelSignature {
  const plain: ModelSignature = {
    task: m.task,
    inputs: m.inputs.map(plainTensorSpec),
    outputs: m.outputs.map(plainTensorSpec),
    classes: listOf(m.classes),
    threshold: m.threshold,
  };
  if (m.target) plain.target = plainFeatureSpec(m.target);
  return keepUnknown(m, plain);
}

export interface TensorSpec {
  name: string;
  /** ONNX element type in lower case: "float32", "int64", "string", ... */
  elementType: string;
  /** -1 stands for the batch dimension, and for height and width of images of any size. */
  dims: number[];
  /**
   * Inputs: the features in column order, [batch, feature]; windows [batch, reading, feature], oldest reading first.
   * Images and texts: the one feature that the tensor is.
   */
  features: FeatureSpec[];
  /** Outputs: "probabilities", "class_index", "value" or "score". */
  meaning: string;
  /** Images: "NHWC"; else empty. */
  layout: string;
  /** Windows: readings from the beginning of one to that of the next; else 0. */
  stride: number;
}
export const TensorSpec: MessageCodec<TensorSpec> = messageCodec('TensorSpec', v1.TensorSpec, plainTensorSpec, shapes);

function plainTensorSpec(m: Wire): TensorSpec {
  const plain: TensorSpec = {
    name: m.name,
    elementType: m.elementType,
    dims: listOf(m.dims),
    features: m.features.map(plainFeatureSpec),
    meaning: m.meaning,
    layout: m.layout,
    stride: m.stride,
  };
  return keepUnknown(m, plain);
}

export interface FeatureSpec {
  name: string;
  /** "number", "category", "time" (Unix time in seconds, from ISO 8601 or a number), "text" or "image" */
  kind: string;
  unit: string;
  description: string;
  /** Numbers and times: what the training data held. */
  range?: ValueRange | undefined;
  /** Categories: what the training data held. */
  levels: string[];
}
export const FeatureSpec: MessageCodec<FeatureSpec> = messageCodec('FeatureSpec', v1.FeatureSpec, plainFeatureSpec, shapes);

function plainFeatureSpec(m: Wire): FeatureSpec {
  const plain: FeatureSpec = {
    name: m.name,
    kind: m.kind,
    unit: m.unit,
    description: m.description,
    levels: listOf(m.levels),
  };
  if (m.range) plain.range = plainValueRange(m.range);
  return keepUnknown(m, plain);
}

export interface ValueRange {
  min: number;
  max: number;
}
export const ValueRange: MessageCodec<ValueRange> = messageCodec('ValueRange', v1.ValueRange, plainValueRange, shapes);

function plainValueRange(m: Wire): ValueRange {
  const plain: ValueRange = {
    min: m.min,
    max: m.max,
  };
  return keepUnknown(m, plain);
}

export interface Variant {
  /** Unique in the release: "float32", "int8-static", "int8-static-7bit", ... */
  name: string;
  model?: BlobRef | undefined;
  /** GoldenVectors of this variant. */
  golden?: BlobRef | undefined;
  /** Names of the firmware profiles this variant is offered to, in no order; empty means all. */
  profiles: string[];
  opset: number;
  weightBytes: number;
  activationBytes: number;
  operators: string[];
  /** Number format, a word of the firmware profiles: "int8-static". Empty: the name. */
  format: string;
}
export const Variant: MessageCodec<Variant> = messageCodec('Variant', v1.Variant, plainVariant, shapes);

function plainVariant(m: Wire): Variant {
  const plain: Variant = {
    name: m.name,
    profiles: listOf(m.profiles),
    opset: m.opset,
    weightBytes: integerOf(m.weightBytes),
    activationBytes: integerOf(m.activationBytes),
    operators: listOf(m.operators),
    format: m.format,
  };
  if (m.model) plain.model = plainBlobRef(m.model);
  if (m.golden) plain.golden = plainBlobRef(m.golden);
  return keepUnknown(m, plain);
}

/** A content-addressed blob and how it is cut for transport. */
export interface BlobRef {
  /** SHA-256, 32 bytes. */
  digest: Uint8Array;
  sizeBytes: number;
  /** Every chunk but the last has this size. */
  chunkBytes: number;
  /** SHA-256 of each chunk, in order. */
  chunkDigests: Uint8Array[];
}
export const BlobRef: MessageCodec<BlobRef> = messageCodec('BlobRef', v1.BlobRef, plainBlobRef, shapes);

function plainBlobRef(m: Wire): BlobRef {
  const plain: BlobRef = {
    digest: bytesOf(m.digest),
    sizeBytes: integerOf(m.sizeBytes),
    chunkBytes: m.chunkBytes,
    chunkDigests: m.chunkDigests.map(bytesOf),
  };
  return keepUnknown(m, plain);
}

/**
 * What the version saw when it was made. The bins travel to the device, so that
 * windows from all devices can be added up and compared with the same counts.
 */
export interface Reference {
  features: FeatureReference[];
  /** Per class, in the order of ModelSignature.classes. */
  predictedClasses: number[];
  /** Counts over equal bins of the highest probability, [0, 1]. */
  confidenceBins: number[];
  /** Accuracy on the evaluation data. */
  accuracy: number;
  /** Monotone map from confidence to the share that was right; pairs of equal length, ascending. */
  calibrationConfidence: number[];
  calibrationAccuracy: number[];
}
export const Reference: MessageCodec<Reference> = messageCodec('Reference', v1.Reference, plainReference, shapes);

function plainReference(m: Wire): Reference {
  const plain: Reference = {
    features: m.features.map(plainFeatureReference),
    predictedClasses: listOf(m.predictedClasses),
    confidenceBins: listOf(m.confidenceBins),
    accuracy: m.accuracy,
    calibrationConfidence: listOf(m.calibrationConfidence),
    calibrationAccuracy: listOf(m.calibrationAccuracy),
  };
  return keepUnknown(m, plain);
}

export interface FeatureReference {
  name: string;
  kind: string;
  /** Numbers: inner bin edges, ascending; bins are (-inf, e0), [e0, e1), ..., [en, +inf). */
  edges: number[];
  /** Categories: known levels; one more bin counts every other level. */
  levels: string[];
  /** Reference counts per bin. */
  bins: number[];
  missing: number;
  min: number;
  max: number;
  mean: number;
  m2: number;
}
export const FeatureReference: MessageCodec<FeatureReference> = messageCodec('FeatureReference', v1.FeatureReference, plainFeatureReference, shapes);

function plainFeatureReference(m: Wire): FeatureReference {
  const plain: FeatureReference = {
    name: m.name,
    kind: m.kind,
    edges: listOf(m.edges),
    levels: listOf(m.levels),
    bins: listOf(m.bins),
    missing: integerOf(m.missing),
    min: m.min,
    max: m.max,
    mean: m.mean,
    m2: m.m2,
  };
  return keepUnknown(m, plain);
}

/** Known inputs with the outputs a correct device computes for them. */
export interface GoldenVectors {
  rows: number;
  inputs: NamedTensor[];
  outputs: NamedTensor[];
  /** Largest accepted absolute deviation of any output element. */
  tolerance: number;
  /**
   * How many rows were computed together, and are where they are compared: numbers of dynamic quantization depend on
   * it, and so do memory and time. 0: all of them.
   */
  rowsPerRun: number;
}
export const GoldenVectors: MessageCodec<GoldenVectors> = messageCodec('GoldenVectors', v1.GoldenVectors, plainGoldenVectors, shapes);

function plainGoldenVectors(m: Wire): GoldenVectors {
  const plain: GoldenVectors = {
    rows: m.rows,
    inputs: m.inputs.map(plainNamedTensor),
    outputs: m.outputs.map(plainNamedTensor),
    tolerance: m.tolerance,
    rowsPerRun: m.rowsPerRun,
  };
  return keepUnknown(m, plain);
}

export interface NamedTensor {
  name: string;
  elementType: string;
  dims: number[];
  /** Row-major, little endian; empty for strings. */
  data: Uint8Array;
  strings: string[];
}
export const NamedTensor: MessageCodec<NamedTensor> = messageCodec('NamedTensor', v1.NamedTensor, plainNamedTensor, shapes);

function plainNamedTensor(m: Wire): NamedTensor {
  const plain: NamedTensor = {
    name: m.name,
    elementType: m.elementType,
    dims: listOf(m.dims),
    data: bytesOf(m.data),
    strings: listOf(m.strings),
  };
  return keepUnknown(m, plain);
}

/**
 * A signed message. The signatures cover DSSE's pre-authentication encoding of
 * payload_type and payload (https://github.com/secure-systems-lab/dsse).
 */
export interface SignedEnvelope {
  payloadType: string;
  payload: Uint8Array;
  signatures: Signature[];
}
export const SignedEnvelope: MessageCodec<SignedEnvelope> = messageCodec('SignedEnvelope', v1.SignedEnvelope, plainSignedEnvelope, shapes);

function plainSignedEnvelope(m: Wire): SignedEnvelope {
  const plain: SignedEnvelope = {
    payloadType: m.payloadType,
    payload: bytesOf(m.payload),
    signatures: m.signatures.map(plainSignature),
  };
  return keepUnknown(m, plain);
}

export interface Signature {
  /** SHA-256 of the raw public key, hex. */
  keyId: string;
  /** "ed25519" */
  algorithm: string;
  value: Uint8Array;
}
export const Signature: MessageCodec<Signature> = messageCodec('Signature', v1.Signature, plainSignature, shapes);

function plainSignature(m: Wire): Signature {
  const plain: Signature = {
    keyId: m.keyId,
    algorithm: m.algorithm,
    value: bytesOf(m.value),
  };
  return keepUnknown(m, plain);
}

export interface Birth {
  protocolVersion: number;
  deviceId: string;
  bootId: string;
  agentVersion: string;
  profile: string;
  /** Why this profile: detected from what, or told by whom. */
  profileReason: string;
  capabilities?: Capabilities | undefined;
  sentMs: number;
}
export const Birth: MessageCodec<Birth> = messageCodec('Birth', v1.Birth, plainBirth, shapes);

function plainBirth(m: Wire): Birth {
  const plain: Birth = {
    protocolVersion: m.protocolVersion,
    deviceId: m.deviceId,
    bootId: m.bootId,
    agentVersion: m.agentVersion,
    profile: m.profile,
    profileReason: m.profileReason,
    sentMs: integerOf(m.sentMs),
  };
  if (m.capabilities) plain.capabilities = plainCapabilities(m.capabilities);
  return keepUnknown(m, plain);
}

export interface Capabilities {
  architecture: string;
  cpuFlags: string[];
  cores: number;
  memoryBytes: number;
  storageFreeBytes: number;
  onnxruntimeVersion: string;
  nodeVersion: string;
  /** Name of the board where the device tree has one, else of the processor. */
  machine: string;
}
export const Capabilities: MessageCodec<Capabilities> = messageCodec('Capabilities', v1.Capabilities, plainCapabilities, shapes);

function plainCapabilities(m: Wire): Capabilities {
  const plain: Capabilities = {
    architecture: m.architecture,
    cpuFlags: listOf(m.cpuFlags),
    cores: m.cores,
    memoryBytes: integerOf(m.memoryBytes),
    storageFreeBytes: integerOf(m.storageFreeBytes),
    onnxruntimeVersion: m.onnxruntimeVersion,
    nodeVersion: m.nodeVersion,
    machine: m.machine,
  };
  return keepUnknown(m, plain);
}

export interface Death {
  bootId: string;
  /** "stopped" when the agent said goodbye, "lost" as last will. */
  reason: string;
}
export const Death: MessageCodec<Death> = messageCodec('Death', v1.Death, plainDeath, shapes);

function plainDeath(m: Wire): Death {
  const plain: Death = {
    bootId: m.bootId,
    reason: m.reason,
  };
  return keepUnknown(m, plain);
}

export interface ReportedState {
  protocolVersion: number;
  bootId: string;
  sentMs: number;
  /** The generation of desired state this report answers. */
  desiredGeneration: number;
  slots: ReportedSlot[];
  problems: Problem[];
  supervisor?: ProcessHealth | undefined;
}
export const ReportedState: MessageCodec<ReportedState> = messageCodec('ReportedState', v1.ReportedState, plainReportedState, shapes);

function plainReportedState(m: Wire): ReportedState {
  const plain: ReportedState = {
    protocolVersion: m.protocolVersion,
    bootId: m.bootId,
    sentMs: integerOf(m.sentMs),
    desiredGeneration: integerOf(m.desiredGeneration),
    slots: m.slots.map(plainReportedSlot),
    problems: m.problems.map(plainProblem),
  };
  if (m.supervisor) plain.supervisor = plainProcessHealth(m.supervisor);
  return keepUnknown(m, plain);
}

export interface ReportedSlot {
  slot: string;
  /**
   * Word of the update state machine: "idle", "downloading", "verifying", "self-testing",
   * "switching", "running", "rolling-back", "refused".
   */
  phase: string;
  running?: RunningModel | undefined;
  previous?: RunningModel | undefined;
  /** What desired state asks for, when it is not what runs. */
  wantedModel: string;
  wantedVersion: number;
  downloadedBytes: number;
  downloadBytes: number;
  problem?: Problem | undefined;
  selfTest?: SelfTest | undefined;
  runner?: ProcessHealth | undefined;
  /**
   * Variants that this device has tested of the version it runs and of the one it should run, refused ones too, the
   * last test of each, in the order of the tests.
   */
  variantTests: VariantTest[];
}
export const ReportedSlot: MessageCodec<ReportedSlot> = messageCodec('ReportedSlot', v1.ReportedSlot, plainReportedSlot, shapes);

function plainReportedSlot(m: Wire): ReportedSlot {
  const plain: ReportedSlot = {
    slot: m.slot,
    phase: m.phase,
    wantedModel: m.wantedModel,
    wantedVersion: m.wantedVersion,
    downloadedBytes: integerOf(m.downloadedBytes),
    downloadBytes: integerOf(m.downloadBytes),
    variantTests: m.variantTests.map(plainVariantTest),
  };
  if (m.running) plain.running = plainRunningModel(m.running);
  if (m.previous) plain.previous = plainRunningModel(m.previous);
  if (m.problem) plain.problem = plainProblem(m.problem);
  if (m.selfTest) plain.selfTest = plainSelfTest(m.selfTest);
  if (m.runner) plain.runner = plainProcessHealth(m.runner);
  return keepUnknown(m, plain);
}

export interface VariantTest {
  model: string;
  version: number;
  variant: string;
  /** Absent when the test did not end: the process crashed, hung or could not load the model. */
  selfTest?: SelfTest | undefined;
  /** Why it was refused; absent when it passed. */
  problem?: Problem | undefined;
  atMs: number;
}
export const VariantTest: MessageCodec<VariantTest> = messageCodec('VariantTest', v1.VariantTest, plainVariantTest, shapes);

function plainVariantTest(m: Wire): VariantTest {
  const plain: VariantTest = {
    model: m.model,
    version: m.version,
    variant: m.variant,
    atMs: integerOf(m.atMs),
  };
  if (m.selfTest) plain.selfTest = plainSelfTest(m.selfTest);
  if (m.problem) plain.problem = plainProblem(m.problem);
  return keepUnknown(m, plain);
}

export interface RunningModel {
  model: string;
  version: number;
  variant: string;
  releaseDigest: Uint8Array;
  /** Digest of the bytes that were loaded. */
  modelDigest: Uint8Array;
  inferences: number;
  sinceMs: number;
}
export const RunningModel: MessageCodec<RunningModel> = messageCodec('RunningModel', v1.RunningModel, plainRunningModel, shapes);

function plainRunningModel(m: Wire): RunningModel {
  const plain: RunningModel = {
    model: m.model,
    version: m.version,
    variant: m.variant,
    releaseDigest: bytesOf(m.releaseDigest),
    modelDigest: bytesOf(m.modelDigest),
    inferences: integerOf(m.inferences),
    sinceMs: integerOf(m.sinceMs),
  };
  return keepUnknown(m, plain);
}

export interface SelfTest {
  passed: boolean;
  rows: number;
  largestDeviation: number;
  tolerance: number;
  p50Ms: number;
  p95Ms: number;
  rssBytes: number;
}
export const SelfTest: MessageCodec<SelfTest> = messageCodec('SelfTest', v1.SelfTest, plainSelfTest, shapes);

function plainSelfTest(m: Wire): SelfTest {
  const plain: SelfTest = {
    passed: m.passed,
    rows: m.rows,
    largestDeviation: m.largestDeviation,
    tolerance: m.tolerance,
    p50Ms: m.p50Ms,
    p95Ms: m.p95Ms,
    rssBytes: integerOf(m.rssBytes),
  };
  return keepUnknown(m, plain);
}

export interface Problem {
  /** Closed set of codes, see problem-code.ts. */
  code: string;
  message: string;
  atMs: number;
}
export const Problem: MessageCodec<Problem> = messageCodec('Problem', v1.Problem, plainProblem, shapes);

function plainProblem(m: Wire): Problem {
  const plain: Problem = {
    code: m.code,
    message: m.message,
    atMs: integerOf(m.atMs),
  };
  return keepUnknown(m, plain);
}

export interface ProcessHealth {
  rssBytes: number;
  cpuSeconds: number;
  uptimeSeconds: number;
  restarts: number;
  /** CPU time over wall time since the last report, 1 is one core. */
  cpuShare: number;
}
export const ProcessHealth: MessageCodec<ProcessHealth> = messageCodec('ProcessHealth', v1.ProcessHealth, plainProcessHealth, shapes);

function plainProcessHealth(m: Wire): ProcessHealth {
  const plain: ProcessHealth = {
    rssBytes: integerOf(m.rssBytes),
    cpuSeconds: m.cpuSeconds,
    uptimeSeconds: m.uptimeSeconds,
    restarts: m.restarts,
    cpuShare: m.cpuShare,
  };
  return keepUnknown(m, plain);
}

export interface TelemetryFrame {
  protocolVersion: number;
  bootId: string;
  windows: TelemetryWindow[];
}
export const TelemetryFrame: MessageCodec<TelemetryFrame> = messageCodec('TelemetryFrame', v1.TelemetryFrame, plainTelemetryFrame, shapes);

function plainTelemetryFrame(m: Wire): TelemetryFrame {
  const plain: TelemetryFrame = {
    protocolVersion: m.protocolVersion,
    bootId: m.bootId,
    windows: m.windows.map(plainTelemetryWindow),
  };
  return keepUnknown(m, plain);
}

/**
 * Summary of one interval of one slot; no raw rows. Windows of the same release
 * merge exactly, across devices and time.
 */
export interface TelemetryWindow {
  /** Per device and boot, without gaps. A merged window covers a range. */
  firstSequence: number;
  lastSequence: number;
  startMs: number;
  endMs: number;
  slot: string;
  model: string;
  version: number;
  releaseDigest: Uint8Array;
  /** Readings that came in, and how many of them gave a prediction. */
  readings: number;
  predictions: number;
  /** In the order of Reference.features. */
  features: FeatureSummary[];
  /** Per class, in the order of ModelSignature.classes. */
  predictedClasses: number[];
  confidenceBins: number[];
  /** Expected outcomes from calibrated confidences, per class. */
  expectations: ClassExpectation[];
  /** Readings whose true class was known on the device, and how many were predicted right. */
  labelled: number;
  correct: number;
  latency?: LatencySketch | undefined;
  errors: ErrorCount[];
  health?: WindowHealth | undefined;
  /** Values that the signature does not expect, by feature and kind. */
  violations: ViolationCount[];
}
export const TelemetryWindow: MessageCodec<TelemetryWindow> = messageCodec('TelemetryWindow', v1.TelemetryWindow, plainTelemetryWindow, shapes);

function plainTelemetryWindow(m: Wire): TelemetryWindow {
  const plain: TelemetryWindow = {
    firstSequence: m.firstSequence,
    lastSequence: m.lastSequence,
    startMs: integerOf(m.startMs),
    endMs: integerOf(m.endMs),
    slot: m.slot,
    model: m.model,
    version: m.version,
    releaseDigest: bytesOf(m.releaseDigest),
    readings: integerOf(m.readings),
    predictions: integerOf(m.predictions),
    features: m.features.map(plainFeatureSummary),
    predictedClasses: listOf(m.predictedClasses),
    confidenceBins: listOf(m.confidenceBins),
    expectations: m.expectations.map(plainClassExpectation),
    labelled: integerOf(m.labelled),
    correct: integerOf(m.correct),
    errors: m.errors.map(plainErrorCount),
    violations: m.violations.map(plainViolationCount),
  };
  if (m.latency) plain.latency = plainLatencySketch(m.latency);
  if (m.health) plain.health = plainWindowHealth(m.health);
  return keepUnknown(m, plain);
}

export interface ViolationCount {
  feature: string;
  /** "missing", "type", "range", "level" or "shape" */
  kind: string;
  count: number;
}
export const ViolationCount: MessageCodec<ViolationCount> = messageCodec('ViolationCount', v1.ViolationCount, plainViolationCount, shapes);

function plainViolationCount(m: Wire): ViolationCount {
  const plain: ViolationCount = {
    feature: m.feature,
    kind: m.kind,
    count: integerOf(m.count),
  };
  return keepUnknown(m, plain);
}

export interface FeatureSummary {
  /** Same bins as the reference's. */
  bins: number[];
  count: number;
  missing: number;
  min: number;
  max: number;
  mean: number;
  /** Sum of squared deviations from the mean (Welford). */
  m2: number;
}
export const FeatureSummary: MessageCodec<FeatureSummary> = messageCodec('FeatureSummary', v1.FeatureSummary, plainFeatureSummary, shapes);

function plainFeatureSummary(m: Wire): FeatureSummary {
  const plain: FeatureSummary = {
    bins: listOf(m.bins),
    count: integerOf(m.count),
    missing: integerOf(m.missing),
    min: m.min,
    max: m.max,
    mean: m.mean,
    m2: m.m2,
  };
  return keepUnknown(m, plain);
}

export interface ClassExpectation {
  truePositive: number;
  falsePositive: number;
  trueNegative: number;
  falseNegative: number;
}
export const ClassExpectation: MessageCodec<ClassExpectation> = messageCodec('ClassExpectation', v1.ClassExpectation, plainClassExpectation, shapes);

function plainClassExpectation(m: Wire): ClassExpectation {
  const plain: ClassExpectation = {
    truePositive: m.truePositive,
    falsePositive: m.falsePositive,
    trueNegative: m.trueNegative,
    falseNegative: m.falseNegative,
  };
  return keepUnknown(m, plain);
}

/** DDSketch of inference latency in milliseconds (Masson, Rim, Lee 2019). */
export interface LatencySketch {
  relativeAccuracy: number;
  zeroCount: number;
  /** counts[i] belongs to bucket offset + i. */
  offset: number;
  counts: number[];
  minMs: number;
  maxMs: number;
  sumMs: number;
}
export const LatencySketch: MessageCodec<LatencySketch> = messageCodec('LatencySketch', v1.LatencySketch, plainLatencySketch, shapes);

function plainLatencySketch(m: Wire): LatencySketch {
  const plain: LatencySketch = {
    relativeAccuracy: m.relativeAccuracy,
    zeroCount: integerOf(m.zeroCount),
    offset: m.offset,
    counts: listOf(m.counts),
    minMs: m.minMs,
    maxMs: m.maxMs,
    sumMs: m.sumMs,
  };
  return keepUnknown(m, plain);
}

export interface ErrorCount {
  code: string;
  count: number;
}
export const ErrorCount: MessageCodec<ErrorCount> = messageCodec('ErrorCount', v1.ErrorCount, plainErrorCount, shapes);

function plainErrorCount(m: Wire): ErrorCount {
  const plain: ErrorCount = {
    code: m.code,
    count: integerOf(m.count),
  };
  return keepUnknown(m, plain);
}

export interface WindowHealth {
  rssBytesMax: number;
  cpuSeconds: number;
}
export const WindowHealth: MessageCodec<WindowHealth> = messageCodec('WindowHealth', v1.WindowHealth, plainWindowHealth, shapes);

function plainWindowHealth(m: Wire): WindowHealth {
  const plain: WindowHealth = {
    rssBytesMax: integerOf(m.rssBytesMax),
    cpuSeconds: m.cpuSeconds,
  };
  return keepUnknown(m, plain);
}

/** Raw readings the data policy lets through. */
export interface SampleBatch {
  protocolVersion: number;
  bootId: string;
  samples: Sample[];
}
export const SampleBatch: MessageCodec<SampleBatch> = messageCodec('SampleBatch', v1.SampleBatch, plainSampleBatch, shapes);

function plainSampleBatch(m: Wire): SampleBatch {
  const plain: SampleBatch = {
    protocolVersion: m.protocolVersion,
    bootId: m.bootId,
    samples: m.samples.map(plainSample),
  };
  return keepUnknown(m, plain);
}

export interface Sample {
  /** Per device and boot, without gaps; counted apart from windows. */
  sequence: number;
  predictionId: string;
  atMs: number;
  slot: string;
  model: string;
  version: number;
  fields: Record<string, FieldValue>;
  predicted: string;
  confidence: number;
  /** Known true class, empty when unknown. */
  label: string;
}
export const Sample: MessageCodec<Sample> = messageCodec('Sample', v1.Sample, plainSample, shapes);

function plainSample(m: Wire): Sample {
  const plain: Sample = {
    sequence: m.sequence,
    predictionId: m.predictionId,
    atMs: integerOf(m.atMs),
    slot: m.slot,
    model: m.model,
    version: m.version,
    fields: mapOf(m.fields, plainFieldValue),
    predicted: m.predicted,
    confidence: m.confidence,
    label: m.label,
  };
  return keepUnknown(m, plain);
}

export interface FieldValue {
  number?: number | undefined;
  text?: string | undefined;
}
export const FieldValue: MessageCodec<FieldValue> = messageCodec('FieldValue', v1.FieldValue, plainFieldValue, shapes);

function plainFieldValue(m: Wire): FieldValue {
  const plain: FieldValue = {
  };
  if (m.value === 'number') plain.number = m.number;
  if (m.value === 'text') plain.text = m.text;
  return keepUnknown(m, plain);
}

/** Hub -> device: everything up to this sequence is stored; the device may forget it. */
export interface Ack {
  protocolVersion: number;
  bootId: string;
  /** "telemetry" or "samples" */
  channel: string;
  upToSequence: number;
  /** Items that were taken but not kept, with the reason. */
  rejections: Rejection[];
}
export const Ack: MessageCodec<Ack> = messageCodec('Ack', v1.Ack, plainAck, shapes);

function plainAck(m: Wire): Ack {
  const plain: Ack = {
    protocolVersion: m.protocolVersion,
    bootId: m.bootId,
    channel: m.channel,
    upToSequence: m.upToSequence,
    rejections: m.rejections.map(plainRejection),
  };
  return keepUnknown(m, plain);
}

export interface Rejection {
  sequence: number;
  code: string;
  message: string;
}
export const Rejection: MessageCodec<Rejection> = messageCodec('Rejection', v1.Rejection, plainRejection, shapes);

function plainRejection(m: Wire): Rejection {
  const plain: Rejection = {
    sequence: m.sequence,
    code: m.code,
    message: m.message,
  };
  return keepUnknown(m, plain);
}
