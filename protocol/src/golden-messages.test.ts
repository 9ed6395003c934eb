import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { MessageCodec } from './index.ts';
import * as protocol from './index.ts';

// Bytes of the messages below, hex. A difference means that devices in the field and the hub no longer understand
// each other: add fields, never renumber, retype or rename the meaning of one.
const golden: Record<string, string> = JSON.parse(
  readFileSync(new URL('./golden-messages.json', import.meta.url), 'utf8'),
);

const digest = Uint8Array.from({ length: 32 }, (_, index) => index);
const boot = '00ff00ff00ff00ff';

const BlobRef: protocol.BlobRef = { digest, sizeBytes: 2 ** 40, chunkBytes: 262_144, chunkDigests: [digest, digest] };
const Signature: protocol.Signature = { keyId: 'ab', algorithm: 'ed25519', value: Uint8Array.of(1, 0, 255) };
const SamplePolicy: protocol.SamplePolicy = { kind: 'random', share: 0.25, perHour: 60, omitFields: ['name', 'face'] };
const DesiredSlot: protocol.DesiredSlot = {
  slot: 'default',
  model: 'shuttle',
  version: 7,
  release: BlobRef,
  samples: SamplePolicy,
};
const Settings: protocol.Settings = { windowMs: 60_000 };
const ValueRange: protocol.ValueRange = { min: -5, max: 80 };
const FeatureSpec: protocol.FeatureSpec = {
  name: 't',
  kind: 'number',
  unit: '°C',
  description: 'Housing',
  range: ValueRange,
  levels: ['ok', 'hot'],
};
const TensorSpec: protocol.TensorSpec = {
  name: 'input',
  elementType: 'float32',
  dims: [-1, 9],
  features: [FeatureSpec],
  meaning: 'probabilities',
  layout: 'NHWC',
  stride: 4,
};
const ModelSignature: protocol.ModelSignature = {
  task: 'classification',
  inputs: [TensorSpec],
  outputs: [TensorSpec],
  classes: ['ok', 'high'],
  target: FeatureSpec,
  threshold: 0.75,
};
const Variant: protocol.Variant = {
  name: 'int8-static',
  model: BlobRef,
  golden: BlobRef,
  profiles: ['raspberry-pi-5'],
  opset: 21,
  weightBytes: 4096,
  activationBytes: 512,
  operators: ['Gemm', 'Relu'],
  format: 'int8-static',
};
const FeatureReference: protocol.FeatureReference = {
  name: 't',
  kind: 'number',
  edges: [-1.5, 0, 300],
  levels: ['red', 'blue'],
  bins: [0, 1, 127, 128],
  missing: 3,
  min: -2,
  max: 301,
  mean: 12.5,
  m2: 1e6,
};
const Reference: protocol.Reference = {
  features: [FeatureReference],
  predictedClasses: [200, 56],
  confidenceBins: [0, 6, 250],
  accuracy: 0.998,
  calibrationConfidence: [0.5, 1],
  calibrationAccuracy: [0.4, 0.99],
};
const NamedTensor: protocol.NamedTensor = {
  name: 'input',
  elementType: 'float32',
  dims: [2, 1],
  data: Uint8Array.of(0, 0, 128, 63, 0, 0, 0, 64),
  strings: ['a', 'ä'],
};
const Capabilities: protocol.Capabilities = {
  architecture: 'arm64',
  cpuFlags: ['neon', 'asimddp'],
  cores: 4,
  memoryBytes: 8 * 2 ** 30,
  storageFreeBytes: 2 ** 35,
  onnxruntimeVersion: '1.30.0',
  nodeVersion: '20.20.2',
  machine: 'Raspberry Pi 5 Model B Rev 1.0',
};
const RunningModel: protocol.RunningModel = {
  model: 'shuttle',
  version: 7,
  variant: 'int8-static',
  releaseDigest: digest,
  modelDigest: digest,
  inferences: 2 ** 33,
  sinceMs: 1_700_000_000_000,
};
const SelfTest: protocol.SelfTest = {
  passed: true,
  rows: 16,
  largestDeviation: 1e-6,
  tolerance: 1e-4,
  p50Ms: 0.1,
  p95Ms: 0.5,
  rssBytes: 90_000_000,
};
const Problem: protocol.Problem = { code: 'SELF_TEST_FAILED', message: 'row 3', atMs: 1_700_000_000_001 };
const ProcessHealth: protocol.ProcessHealth = {
  rssBytes: 60_000_000,
  cpuSeconds: 1.5,
  uptimeSeconds: 3600,
  restarts: 2,
  cpuShare: 0.02,
};
const VariantTest: protocol.VariantTest = {
  model: 'shuttle',
  version: 8,
  variant: 'int8-static-7bit',
  selfTest: SelfTest,
  problem: Problem,
  atMs: 1_700_000_000_002,
};
const ReportedSlot: protocol.ReportedSlot = {
  slot: 'default',
  phase: 'downloading',
  running: RunningModel,
  previous: RunningModel,
  wantedModel: 'shuttle',
  wantedVersion: 8,
  downloadedBytes: 100,
  downloadBytes: 200,
  problem: Problem,
  selfTest: SelfTest,
  runner: ProcessHealth,
  variantTests: [VariantTest],
};
const FeatureSummary: protocol.FeatureSummary = {
  bins: [0, 1, 300],
  count: 301,
  missing: 2,
  min: -1,
  max: 4,
  mean: 2.5,
  m2: 9,
};
const ClassExpectation: protocol.ClassExpectation = {
  truePositive: 9.5,
  falsePositive: 0.5,
  trueNegative: 89,
  falseNegative: 1,
};
const LatencySketch: protocol.LatencySketch = {
  relativeAccuracy: 0.01,
  zeroCount: 1,
  offset: -40,
  counts: [3, 0, 200],
  minMs: 0.4,
  maxMs: 2,
  sumMs: 100,
};
const ErrorCount: protocol.ErrorCount = { code: 'INFERENCE_FAILED', count: 4 };
const ViolationCount: protocol.ViolationCount = { feature: 't', kind: 'range', count: 2 };
const WindowHealth: protocol.WindowHealth = { rssBytesMax: 90_000_000, cpuSeconds: 0.75 };
const TelemetryWindow: protocol.TelemetryWindow = {
  firstSequence: 1,
  lastSequence: 3,
  startMs: 1_700_000_000_000,
  endMs: 1_700_000_060_000,
  slot: 'default',
  model: 'shuttle',
  version: 7,
  releaseDigest: digest,
  readings: 303,
  predictions: 301,
  features: [FeatureSummary],
  predictedClasses: [300, 1],
  confidenceBins: [0, 301],
  expectations: [ClassExpectation],
  labelled: 10,
  correct: 9,
  latency: LatencySketch,
  errors: [ErrorCount],
  violations: [ViolationCount],
  health: WindowHealth,
};
const FieldValue: protocol.FieldValue = { number: 0 };
const Sample: protocol.Sample = {
  sequence: 5,
  predictionId: 'p1',
  atMs: 1_700_000_000_000,
  slot: 'default',
  model: 'shuttle',
  version: 7,
  fields: { t: FieldValue, state: { text: '' } },
  predicted: 'ok',
  confidence: 0.75,
  label: 'high',
};
const Rejection: protocol.Rejection = { sequence: 4, code: 'WINDOW_INVALID', message: 'bins' };

const messages: Record<string, object> = {
  Ack: { protocolVersion: 1, bootId: boot, channel: 'telemetry', upToSequence: 9, rejections: [Rejection] },
  Birth: {
    protocolVersion: 1,
    deviceId: 'd1',
    bootId: boot,
    agentVersion: '0.1.0',
    profile: 'arm64-generic',
    profileReason: 'arm64',
    capabilities: Capabilities,
    sentMs: 1_700_000_000_000,
  },
  BlobChunk: { data: Uint8Array.of(0, 1, 2) },
  BlobRef,
  Capabilities,
  ClassExpectation,
  Command: { protocolVersion: 1, id: 'c1', kind: 'self-test', slot: 'default' },
  Death: { bootId: boot, reason: 'lost' },
  DesiredSlot,
  DesiredState: {
    protocolVersion: 1,
    deviceId: 'd1',
    generation: Number.MAX_SAFE_INTEGER,
    issuedMs: 1_700_000_000_000,
    slots: [DesiredSlot],
    settings: Settings,
  },
  ErrorCount,
  FeatureReference,
  FeatureSpec,
  FeatureSummary,
  FieldValue,
  GoldenVectors: { rows: 2, inputs: [NamedTensor], outputs: [NamedTensor], tolerance: 1e-4, rowsPerRun: 1 },
  LatencySketch,
  ModelSignature,
  NamedTensor,
  Problem,
  ProcessHealth,
  Reference,
  Rejection,
  Release: {
    protocolVersion: 1,
    model: 'shuttle',
    version: 7,
    createdMs: 1_700_000_000_000,
    signature: ModelSignature,
    variants: [Variant],
    reference: Reference,
  },
  ReportedSlot,
  ReportedState: {
    protocolVersion: 1,
    bootId: boot,
    sentMs: 1_700_000_000_000,
    desiredGeneration: 12,
    slots: [ReportedSlot],
    problems: [Problem],
    supervisor: ProcessHealth,
  },
  RunningModel,
  Sample,
  SampleBatch: { protocolVersion: 1, bootId: boot, samples: [Sample] },
  SamplePolicy,
  SelfTest,
  Settings,
  Signature,
  SignedEnvelope: { payloadType: 'text/plain', payload: Uint8Array.of(7), signatures: [Signature] },
  TelemetryFrame: { protocolVersion: 1, bootId: boot, windows: [TelemetryWindow] },
  TelemetryWindow,
  TensorSpec,
  ValueRange,
  Variant,
  VariantTest,
  ViolationCount,
  Want: { protocolVersion: 1, digest, chunkBytes: 262_144, missing: Uint8Array.of(0b101) },
  WindowHealth,
};

const codecs = Object.entries(protocol).filter(([, value]) => isCodec(value)) as [string, MessageCodec<object>][];

test('every message has golden bytes', () => {
  const names = codecs.map(([name]) => name).sort();
  expect(Object.keys(golden).sort()).toEqual(names);
  expect(Object.keys(messages).sort()).toEqual(names);
});

for (const [name, codec] of codecs) {
  test(`${name} keeps its wire format`, () => {
    const message = messages[name] ?? {};
    expect(Buffer.from(codec.encode(message)).toString('hex')).toBe(golden[name]);
    expect(codec.decode(Buffer.from(golden[name] ?? '', 'hex'))).toEqual(message);
  });
}

function isCodec(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'encode' in value && 'decode' in value;
}
