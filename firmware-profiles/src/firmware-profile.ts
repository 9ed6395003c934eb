import { z } from 'zod';

/** Number formats a variant can have; 'int8-weights' and 'int4-weights' have activations in float32 between their layers. */
export const VARIANT_FORMATS = [
  'int8-static',
  'int8-dynamic',
  'int8-weights',
  'int4-weights',
  'float16',
  'float32',
] as const;
export type VariantFormat = (typeof VARIANT_FORMATS)[number];

export const ARCHITECTURES = ['x64', 'arm64', 'any'] as const;
/** Node's name of the processor architecture; 'any' fits every machine. */
export type Architecture = (typeof ARCHITECTURES)[number];

export const INSTRUCTION_SETS = ['neon', 'dotprod', 'avx2', 'avx512_vnni', 'avx_vnni'] as const;
/** Instruction sets that decide how fast and how exact int8 arithmetic is. */
export type InstructionSet = (typeof INSTRUCTION_SETS)[number];

export const PROVIDERS = ['cpu', 'cuda', 'tensorrt', 'webgpu'] as const;
/** Execution provider of ONNX Runtime. */
export type Provider = (typeof PROVIDERS)[number];

/** A figure and where it comes from: a published page, a measurement, or a choice of ours that says so. */
export interface Figure<T> {
  readonly value: T;
  readonly source: string;
}

/** What a kind of device can run. Sizes in bytes, times in milliseconds. */
export interface FirmwareProfile {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly cpu: {
    readonly architecture: Figure<Architecture>;
    readonly instructionSets: Figure<readonly InstructionSet[]>;
    readonly cores: Figure<number>;
  };
  readonly memory: {
    readonly totalBytes: Figure<number>;
    /** Largest sum of weights and activations of one model. */
    readonly modelBudgetBytes: Figure<number>;
  };
  readonly storage: {
    readonly totalBytes: Figure<number>;
    /** For the current and the previous version and a download, together. */
    readonly modelBudgetBytes: Figure<number>;
  };
  readonly accelerators: readonly {
    readonly name: string;
    readonly provider: Provider;
    readonly source: string;
  }[];
  readonly runtime: {
    readonly provider: Figure<Provider>;
    readonly threads: Figure<number>;
    readonly newestOpset: Figure<number>;
  };
  readonly model: {
    /** Largest model file. */
    readonly largestBytes: Figure<number>;
    /** Formats it can run. The order in which a device tries them is that of the release, for the hub has measured. */
    readonly variants: Figure<readonly VariantFormat[]>;
    /** Weights of int8 models use 7 bits, because the processor's u8 x s8 products can saturate. */
    readonly reduceRange: Figure<boolean>;
  };
  readonly telemetry: {
    readonly windowMs: Figure<number>;
    readonly windowBytes: Figure<number>;
    readonly bytesPerHour: Figure<number>;
    readonly outboxBytes: Figure<number>;
  };
  readonly power: {
    readonly supplyWatts: Figure<number>;
    readonly throttleCelsius: Figure<number>;
  };
}

const figureOf = <T extends z.ZodType>(value: T) => z.strictObject({ value, source: z.string().min(8) });
const positive = figureOf(z.int().positive());

// A figure in the wrong unit (megabytes, seconds, milliwatts, Fahrenheit) is far outside of these.
const MEBIBYTE = 1024 ** 2;
const deviceBytes = figureOf(z.int().min(MEBIBYTE));
const windowMs = figureOf(z.int().min(100).max(86_400_000));
const supplyWatts = figureOf(z.number().positive().max(1_000));
const throttleCelsius = figureOf(z.number().min(40).max(125));

const firmwareProfileShape = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'must be lower-case words joined by hyphens'),
  title: z.string().min(1),
  description: z.string().min(1),
  cpu: z.strictObject({
    architecture: figureOf(z.enum(ARCHITECTURES)),
    instructionSets: figureOf(z.array(z.enum(INSTRUCTION_SETS))),
    cores: positive,
  }),
  memory: z.strictObject({ totalBytes: deviceBytes, modelBudgetBytes: deviceBytes }),
  storage: z.strictObject({ totalBytes: deviceBytes, modelBudgetBytes: deviceBytes }),
  accelerators: z.array(
    z.strictObject({ name: z.string().min(1), provider: z.enum(PROVIDERS), source: z.string().min(8) }),
  ),
  runtime: z.strictObject({ provider: figureOf(z.enum(PROVIDERS)), threads: positive, newestOpset: positive }),
  model: z.strictObject({
    largestBytes: deviceBytes,
    variants: figureOf(z.array(z.enum(VARIANT_FORMATS)).min(1)),
    reduceRange: figureOf(z.boolean()),
  }),
  telemetry: z.strictObject({
    windowMs,
    windowBytes: positive,
    bytesPerHour: positive,
    outboxBytes: deviceBytes,
  }),
  power: z.strictObject({ supplyWatts, throttleCelsius }),
});

/** Checks a profile that came from outside. Unknown fields are refused: a misspelt limit would be no limit. */
export const FirmwareProfileSchema: z.ZodType<FirmwareProfile> = firmwareProfileShape;
