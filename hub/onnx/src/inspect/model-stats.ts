import type { Graph, Model, TensorProto } from '../format/messages.ts';
import { type Dim, valueTypeOf } from '../graph/value-type.ts';
import { inferTypes } from '../shape/infer-types.ts';
import type { ElementType } from '../tensor/element-type.ts';
import { hasExternalData } from '../tensor/external-data.ts';
import { entryCount, tensorBytes } from '../tensor/tensor-bytes.ts';
import { graphCost } from './graph-cost.ts';
import { allGraphs } from './model-graphs.ts';
import { nodesPerOperator } from './node-counts.ts';

/** An input or output of a model. */
export interface ValueSummary {
  readonly name: string;
  /** `undefined` for types that this package only carries, such as sequences. */
  readonly type: ElementType | undefined;
  /** Sizes and symbols; `undefined` when the file does not declare a shape. */
  readonly dims: readonly Dim[] | undefined;
}

/** What a model is and costs, read off its file. */
export interface ModelStats {
  /** Without initializers that old models list as inputs. */
  readonly inputs: readonly ValueSummary[];
  readonly outputs: readonly ValueSummary[];
  /** Entries of all initializers, of the graphs inside nodes too. */
  readonly parameterCount: number;
  /** Bytes of all initializers, those in external files too. */
  readonly weightBytes: number;
  /** Multiplications with addition per run; symbolic sizes such as the batch count as 1. */
  readonly multiplyAddsPerRow: number;
  /** Operators with weights whose cost is not in `multiplyAddsPerRow`. */
  readonly unestimatedOperators: readonly string[];
  /** Number of nodes per operator; `domain.Operator` outside the standard domain. */
  readonly operators: Readonly<Record<string, number>>;
  /** Version per imported domain; '' is the standard's own. */
  readonly opsets: Readonly<Record<string, number>>;
  readonly irVersion: number;
  readonly hasExternalData: boolean;
}

/**
 * Counts a model without running it.
 *
 * @throws ModelError GRAPH_CYCLIC
 */
export function modelStats(model: Model): ModelStats {
  const graphs = allGraphs(model.graph);
  const weights = graphs.flatMap(weightsOf);
  const cost = graphCost(model.graph, inferTypes(model));
  const constants = new Set(model.graph.initializer.map(({ name }) => name));
  return {
    inputs: model.graph.input.filter(({ name }) => !constants.has(name)).map(summaryOf),
    outputs: model.graph.output.map(summaryOf),
    parameterCount: sum(weights.map(entryCount)),
    weightBytes: sum(weights.map(tensorBytes)),
    multiplyAddsPerRow: cost.multiplyAdds,
    unestimatedOperators: cost.unestimated,
    operators: nodesPerOperator(graphs.flatMap(({ node }) => node)),
    opsets: Object.fromEntries(
      model.opsetImport.map(({ domain, version }) => [
        domain === 'ai.onnx' ? '' : (domain ?? ''),
        Number(version ?? 1),
      ]),
    ),
    irVersion: Number(model.irVersion ?? 0),
    hasExternalData: weights.some(hasExternalData),
  };
}

function summaryOf(info: Graph['input'][number]): ValueSummary {
  return { name: info.name ?? '', ...valueTypeOf(info) };
}

function weightsOf({ initializer, sparseInitializer, node }: Graph): TensorProto[] {
  const sparse = sparseInitializer.flatMap(({ values, indices }) => [values, indices]);
  const inNodes = node.flatMap(({ attribute }) => attribute.flatMap(({ t, tensors }) => [t, ...tensors]));
  return [...initializer, ...([...sparse, ...inNodes].filter(Boolean) as TensorProto[])];
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
