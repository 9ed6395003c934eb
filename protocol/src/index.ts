export {
  checkBlobRef,
  chunkRange,
  DEFAULT_CHUNK_BYTES,
  describeBlob,
  digestFromHex,
  digestHex,
  sha256,
  sha256Hex,
  verifyBlob,
  verifyChunk,
} from './blob-ref.ts';
export { ChunkBitmap } from './chunk-bitmap.ts';
export { type CsvHead, readCsvHead } from './csv-head.ts';
export type { EnvelopeExpectation, PayloadType, Signer, TrustedKey } from './envelope.ts';
export {
  createEd25519Signer,
  Ed25519Signer,
  keyIdOf,
  PAYLOAD_TYPES,
  preAuthenticationEncoding,
  signEnvelope,
  verifyEnvelope,
} from './envelope.ts';
export type { ProtocolErrorCode } from './errors.ts';
export { ProtocolError, ProtocolUsageError, ReceivedDataError, UnsupportedProtocolVersionError } from './errors.ts';
// Each name is both the plain type of a message and its codec.
export {
  Ack,
  Birth,
  BlobChunk,
  BlobRef,
  Capabilities,
  ClassExpectation,
  Command,
  Death,
  DesiredSlot,
  DesiredState,
  ErrorCount,
  FeatureReference,
  FeatureSpec,
  FeatureSummary,
  FieldValue,
  GoldenVectors,
  LatencySketch,
  ModelSignature,
  NamedTensor,
  Problem,
  ProcessHealth,
  Reference,
  Rejection,
  Release,
  ReportedSlot,
  ReportedState,
  RunningModel,
  Sample,
  SampleBatch,
  SamplePolicy,
  SelfTest,
  Settings,
  Signature,
  SignedEnvelope,
  TelemetryFrame,
  TelemetryWindow,
  TensorSpec,
  ValueRange,
  Variant,
  VariantTest,
  ViolationCount,
  Want,
  WindowHealth,
} from './generated/messages.ts';
export {
  bootId,
  IDENTIFIER_PATTERN,
  invalidDeviceId,
  invalidModelName,
  invalidSlotName,
  isDeviceId,
  isModelName,
  isSlotName,
} from './identifiers.ts';
export type { MessageCodec, MessageInput } from './message-codec.ts';
export { DEFAULT_LIMIT_BYTES, PROTOCOL_VERSION } from './message-codec.ts';
export { plainText } from './plain-text.ts';
export type { ProblemCode } from './problem-code.ts';
export { isProblemCode, PROBLEM_SENTENCES } from './problem-code.ts';
export { LONGEST_SAMPLE_TEXT } from './sample-limits.ts';
export { parseTime } from './time-value.ts';
export type { DeviceTopicName, ParsedTopic, Topic, TopicName } from './topics.ts';
export { mayPublish, maySubscribe, parseTopic, TOPIC_ROOT, topics } from './topics.ts';
export { renderTopicsPage } from './topics-page.ts';
export { binIndex, LARGEST_READING, levelIndex, MISSING_BIN, quantileEdges } from './window/bins.ts';
export type { Fault } from './window/check-reference.ts';
export { binCountOf, checkReference } from './window/check-reference.ts';
export { checkWindow } from './window/check-window.ts';
export type { ConfidentPrediction } from './window/expected-outcomes.ts';
export { addExpectedOutcome, calibratedConfidence } from './window/expected-outcomes.ts';
export {
  LATENCY_RELATIVE_ACCURACY,
  LatencyRecorder,
  latencyCount,
  latencyQuantile,
  mergeLatencySketches,
} from './window/latency-sketch.ts';
export { mergeWindows } from './window/merge-windows.ts';
export type { Moments } from './window/moments.ts';
export { addToMoments, emptyMoments, mergeMoments } from './window/moments.ts';
export type { Violation, ViolationKind } from './window/violations.ts';
export { isViolationKind, mergeViolations, VIOLATION_KINDS } from './window/violations.ts';
export type { PredictionOutcome, ReadingValues, UnnumberedWindow, WindowSubject } from './window/window-builder.ts';
export { WindowBuilder } from './window/window-builder.ts';
