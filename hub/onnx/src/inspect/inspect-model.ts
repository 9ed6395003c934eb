import { ModelError } from '../errors.ts';
import type { Graph, Model } from '../format/messages.ts';
import { allTensors } from '../format/tensors.ts';
import { OLDEST_SUPPORTED_OPSET, opsetOf } from '../graph/opset.ts';
import { upgradeOpset } from '../graph/upgrade-opset.ts';
import type { ValueType } from '../graph/value-type.ts';
import { planQuantization } from '../quantize/plan/quantization-plan.ts';
import type { KeptReason } from '../quantize/plan/reason-to-keep.ts';
import { bindSizes, openSizes } from '../shape/bind-sizes.ts';
import { type InferredTypes, inferTypes } from '../shape/infer-types.ts';
import { externalLocationOf, hasExternalData } from '../tensor/external-data.ts';
import { type ActivationMemory, activationMemory } from './activation-memory.ts';
import { type Differentiation, differentiationOf } from './differentiation.ts';
import { allGraphs, innerGraphs } from './model-graphs.ts';
import { type ModelStats, modelStats } from './model-stats.ts';

export interface InspectOptions {
  /** Sizes for open dimensions of the inputs, as `bindSizes` takes them. @default none: they count as 1 */
  readonly sizes?: Readonly<Record<string, number>>;
}

/** Which nodes integer arithmetic could do, and why the others of their kind stay in float. */
export interface QuantizationOutlook {
  readonly quantized: readonly { readonly node: string; readonly operator: string }[];
  readonly kept: readonly { readonly node: string; readonly operator: string; readonly reason: KeptReason }[];
  /** Operator set of the quantized model, which is upgraded where it is older than 13. */
  readonly opset: number;
  /** Why it cannot be; `undefined` where it can. */
  readonly refusal: string | undefined;
}

/** What a model is, costs and can become, read off its file. */
export interface ModelInspection extends ModelStats {
  /** Program that wrote the file, with its version; '' where the file does not say. */
  readonly producer: string;
  readonly graphName: string;
  readonly description: string;
  /** What its makers wrote beside the graph. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Open sizes of the inputs that were counted as 1. */
  readonly openSizes: readonly string[];
  /** Values written by nodes, also inside of nodes, and of how many type and number of dimensions are known. */
  readonly values: { readonly count: number; readonly typed: number };
  readonly activations: ActivationMemory;
  /** Files beside the model that hold weights. */
  readonly externalFiles: readonly string[];
  readonly sparseInitializers: number;
  /** Operators that the model defines itself, with their domain. */
  readonly functions: readonly string[];
  readonly differentiation: Differentiation;
  readonly quantization: QuantizationOutlook;
}

/**
 * Looks at a model without running it.
 *
 * @throws ModelError GRAPH_CYCLIC, TENSOR_MALFORMED; `checkModel` tells of every fault
 * @throws UsageError VALUE_UNKNOWN, ARGUMENT_INVALID for sizes that the model does not have
 */
export function inspectModel(given: Model, { sizes = {} }: InspectOptions = {}): ModelInspection {
  const model = bindSizes(given, sizes);
  const { graph } = model;
  const types = inferTypes(model);
  return {
    ...modelStats(model),
    // What is inferred says more than what the file declares, above all with sizes given.
    outputs: graph.output.map(({ name }) => ({ name: name ?? '', ...pickType(types.typeOf(name ?? '')) })),
    producer: [model.producerName, model.producerVersion].filter(Boolean).join(' '),
    graphName: graph.name ?? '',
    description: model.docString ?? '',
    metadata: Object.fromEntries(model.metadataProps.map(({ key, value }) => [key ?? '', value ?? ''])),
    openSizes: openSizes(graph),
    values: countValues(graph, types),
    activations: activationMemory(graph, types),
    externalFiles: externalFiles(model),
    sparseInitializers: allGraphs(graph).reduce((sum, { sparseInitializer }) => sum + sparseInitializer.length, 0),
    functions: model.functions.map(({ domain, name }) => `${domain ?? ''}.${name ?? ''}`),
    differentiation: differentiationOf(model),
    quantization: quantizationOf(model),
  };
}

function pickType({ type, dims }: ValueType): ValueType {
  return { type, dims };
}

/** Also of references that are malformed: `externalLocations` refuses them. */
function externalFiles(model: Model): string[] {
  const locations = allTensors(model).filter(hasExternalData).map(externalLocationOf);
  return [...new Set(locations.filter((location) => location !== undefined))];
}

function countValues(graph: Graph, types: InferredTypes | undefined): ModelInspection['values'] {
  const own = graph.node.flatMap(({ output }) => output).filter((name) => name !== '');
  const isTyped = (name: string): boolean => {
    const { type, dims } = types?.typeOf(name) ?? {};
    return type !== undefined && dims !== undefined;
  };
  const inner = graph.node.flatMap(innerGraphs).map((body) => countValues(body, types?.within(body)));
  return inner.reduce((sum, part) => ({ count: sum.count + part.count, typed: sum.typed + part.typed }), {
    count: own.length,
    typed: own.filter(isTyped).length,
  });
}

function quantizationOf(model: Model): QuantizationOutlook {
  const opset = Math.max(opsetOf(model), OLDEST_SUPPORTED_OPSET);
  try {
    const { quantized, kept } = planQuantization(upgradeOpset(model, opset));
    return {
      quantized: quantized.map(({ name, node }) => ({ node: name, operator: node.opType ?? '' })),
      kept: kept.map(({ name, node, reason }) => ({ node: name, operator: node.opType ?? '', reason })),
      ...{ opset, refusal: undefined },
    };
  } catch (error) {
    if (!(error instanceof ModelError) || error.code !== 'OPSET_UNSUPPORTED') throw error;
    return { quantized: [], kept: [], opset, refusal: error.message };
  }
}
