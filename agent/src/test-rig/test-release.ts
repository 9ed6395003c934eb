import { generateKeyPairSync } from 'node:crypto';
import {
  type BlobRef,
  createEd25519Signer,
  describeBlob,
  digestHex,
  GoldenVectors,
  type MessageInput,
  PAYLOAD_TYPES,
  type PayloadType,
  quantileEdges,
  Release,
  SignedEnvelope,
  type Signer,
  signEnvelope,
  type Variant,
} from '@edgeloop/protocol';
import { type TinyModelOptions, tinyModel, tinyProbabilities } from './tiny-model.ts';

/** Names the rig's models use. */
export const FEATURES = ['a', 'b'] as const;
export const CLASSES = ['left', 'right'] as const;
export const MODEL = 'tiny';

/** Model of the rig: class "left" when a > b. Larger `sharpness`, surer model. */
export function leftOrRight(sharpness = 2, paddingBytes = 0): TinyModelOptions {
  return { features: 2, classes: 2, weights: [sharpness, -sharpness, -sharpness, sharpness], paddingBytes };
}

/** A key of a hub, with what enrolling hands to the device. */
export interface TestKey {
  readonly signer: Signer;
  readonly keyId: string;
  readonly publicKeyPem: string;
}

export function makeTestKey(): TestKey {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const signer = createEd25519Signer(privateKey);
  return { signer, keyId: signer.keyId, publicKeyPem: publicKey.export({ format: 'pem', type: 'spki' }).toString() };
}

/** One variant of a release to be made. */
export interface TestVariant {
  readonly name: string;
  readonly model: TinyModelOptions;
  /** Added to every golden output, so that the self-test fails. */
  readonly goldenError?: number;
  readonly overrides?: Partial<Variant>;
  /** Stored in place of the model's bytes under another digest. */
  readonly modelBytes?: Uint8Array;
  /** In place of the golden vectors that fit `model`. */
  readonly golden?: Uint8Array;
}

/** A signed release and its blobs by digest. */
export interface TestRelease {
  readonly version: number;
  readonly ref: BlobRef;
  readonly blobs: ReadonlyMap<string, { readonly ref: BlobRef; readonly bytes: Uint8Array }>;
  readonly modelDigests: readonly string[];
}

export interface TestReleaseOptions {
  readonly version: number;
  readonly key: TestKey;
  readonly variants?: readonly TestVariant[];
  readonly chunkBytes?: number;
  readonly overrides?: MessageInput<Release>;
}

/** Makes a really signed release with golden vectors that fit. */
export async function makeTestRelease(options: TestReleaseOptions): Promise<TestRelease> {
  const { version, key, chunkBytes = 4_096 } = options;
  const variants = options.variants ?? [{ name: 'float32', model: leftOrRight(2 + version) }];
  const blobs = new Map<string, { ref: BlobRef; bytes: Uint8Array }>();
  const store = (bytes: Uint8Array): BlobRef => {
    const ref = describeBlob(bytes, chunkBytes);
    blobs.set(digestHex(ref), { ref, bytes });
    return ref;
  };
  const made = variants.map((variant) => makeVariant(variant, store));
  const payload = Release.encode({
    model: MODEL,
    version,
    createdMs: 1,
    signature: signature(),
    variants: made,
    reference: reference(),
    ...options.overrides,
  });
  const ref = store(await sealed(PAYLOAD_TYPES.release, payload, [key]));
  return { version, ref, blobs, modelDigests: made.map(({ model }) => (model === undefined ? '' : digestHex(model))) };
}

/** Signs a payload. */
export async function sealed(type: PayloadType, payload: Uint8Array, keys: readonly TestKey[]): Promise<Uint8Array> {
  return SignedEnvelope.encode(
    await signEnvelope(
      type,
      payload,
      keys.map(({ signer }) => signer),
    ),
  );
}

function makeVariant(variant: TestVariant, store: (bytes: Uint8Array) => BlobRef): Variant {
  const bytes = variant.modelBytes ?? tinyModel(variant.model);
  return {
    name: variant.name,
    format: '',
    model: store(bytes),
    golden: store(variant.golden ?? goldenVectors(variant)),
    profiles: [],
    opset: 17,
    weightBytes: 16,
    activationBytes: 16,
    operators: ['Gemm', 'Softmax'],
    ...variant.overrides,
  };
}

const GOLDEN_ROWS = [
  [1, 0],
  [0, 1],
  [0.5, 0.25],
  [-1, 2],
] as const;

function goldenVectors({ model, goldenError = 0 }: TestVariant): Uint8Array {
  const outputs = GOLDEN_ROWS.flatMap((row) => tinyProbabilities(model, row).map((value) => value + goldenError));
  return GoldenVectors.encode({
    rows: GOLDEN_ROWS.length,
    inputs: [{ name: 'x', elementType: 'float32', dims: [GOLDEN_ROWS.length, 2], data: floats(GOLDEN_ROWS.flat()) }],
    outputs: [{ name: 'p', elementType: 'float32', dims: [GOLDEN_ROWS.length, 2], data: floats(outputs) }],
    // float32 against double precision: a few units in the last place of a number below 1.
    tolerance: 1e-5,
  });
}

function floats(values: readonly number[]): Uint8Array {
  return new Uint8Array(Float32Array.from(values).buffer);
}

/** Signature of the rig's models. */
export function signature(): NonNullable<Release['signature']> {
  return {
    task: 'classification',
    inputs: [
      {
        name: 'x',
        elementType: 'float32',
        dims: [-1, 2],
        ...{ meaning: '', layout: '', stride: 0 },
        features: FEATURES.map((name) => ({ name, kind: 'number', unit: '', description: '', levels: [] })),
      },
    ],
    outputs: [
      {
        name: 'p',
        elementType: 'float32',
        dims: [-1, 2],
        features: [],
        meaning: 'probabilities',
        layout: '',
        stride: 0,
      },
    ],
    classes: [...CLASSES],
    threshold: 0,
  };
}

/** Reference of the rig's models. */
export function reference(): NonNullable<Release['reference']> {
  const edges = quantileEdges([0, 0.25, 0.5, 0.75, 1], 4);
  return {
    features: FEATURES.map((name) => ({
      ...{ name, kind: 'number', edges, levels: [], bins: [], missing: 0 },
      ...{ min: 0, max: 1, mean: 0.5, m2: 1 },
    })),
    predictedClasses: [],
    confidenceBins: [0, 0, 0, 0, 0],
    accuracy: 0.9,
    calibrationConfidence: [],
    calibrationAccuracy: [],
  };
}
