import type { FirmwareProfile, Provider } from './firmware-profile.ts';

/** What must be known of a model to say whether a device can run it. */
export interface ModelFacts {
  /** Size of the model file. */
  readonly sizeBytes: number;
  /** @default the size of the file, for most of it is weights */
  readonly weightBytes?: number | undefined;
  /** Estimated peak of intermediate values at batch 1. @default 0, not known */
  readonly activationBytes?: number | undefined;
  /** Number format of the variant. */
  readonly format: string;
  /** Opset of the ai.onnx domain. */
  readonly opset: number;
  /** The execution provider it cannot do without; undefined when any will do. */
  readonly provider?: Provider | undefined;
  readonly hasExternalData?: boolean | undefined;
}

export type FitCode =
  | 'MODEL_TOO_LARGE'
  | 'STORAGE_EXCEEDED'
  | 'MEMORY_EXCEEDED'
  | 'FORMAT_UNSUPPORTED'
  | 'PROVIDER_UNSUPPORTED'
  | 'OPSET_TOO_NEW'
  | 'EXTERNAL_DATA';

/** One reason why a model does not fit a kind of device. */
export interface FitFinding {
  readonly code: FitCode;
  /** A sentence with both figures. */
  readonly reason: string;
}

/** Old, new and the one that is being downloaded lie on the device together. */
const COPIES_ON_DEVICE = 3;

/** Why the model does not fit the kind of device; empty when it fits. */
export function fitCheck(model: ModelFacts, profile: FirmwareProfile): FitFinding[] {
  const findings: FitFinding[] = [];
  const atMost = (code: FitCode, what: string, got: number, limit: number, unit = 'bytes'): void => {
    if (got <= limit) return;
    findings.push({ code, reason: `${what} must be at most ${limit} ${unit} on ${profile.name}, got ${got}` });
  };
  atMost('MODEL_TOO_LARGE', 'model file', model.sizeBytes, profile.model.largestBytes.value);
  atMost(
    'STORAGE_EXCEEDED',
    `${COPIES_ON_DEVICE} copies of the model file`,
    COPIES_ON_DEVICE * model.sizeBytes,
    profile.storage.modelBudgetBytes.value,
  );
  const memoryBytes = (model.weightBytes ?? model.sizeBytes) + (model.activationBytes ?? 0);
  atMost('MEMORY_EXCEEDED', 'weights and activations', memoryBytes, profile.memory.modelBudgetBytes.value);
  atMost('OPSET_TOO_NEW', 'opset', model.opset, profile.runtime.newestOpset.value, '(ai.onnx)');
  const formats: readonly string[] = profile.model.variants.value;
  if (!formats.includes(model.format)) {
    findings.push({
      code: 'FORMAT_UNSUPPORTED',
      reason: `number format must be one of ${formats.join(', ')} on ${profile.name}, got ${model.format}`,
    });
  }
  const providers = providersOf(profile);
  if (model.provider !== undefined && !providers.includes(model.provider)) {
    findings.push({
      code: 'PROVIDER_UNSUPPORTED',
      reason: `execution provider must be one of ${providers.join(', ')} on ${profile.name}, got ${model.provider}`,
    });
  }
  if (model.hasExternalData === true) {
    findings.push({ code: 'EXTERNAL_DATA', reason: 'model must be one file, got weights in external files' });
  }
  return findings;
}

/** The provider in use, and the CPU provider, which every build of ONNX Runtime has. */
function providersOf(profile: FirmwareProfile): readonly Provider[] {
  return [...new Set<Provider>([profile.runtime.provider.value, 'cpu'])];
}
