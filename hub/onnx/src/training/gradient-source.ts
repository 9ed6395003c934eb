import { floatAttribute, intAttribute } from '../format/attributes.ts';
import type { Node } from '../format/messages.ts';
import { entriesPerBatchRow, type GradientRows } from '../gradient/gradient-rows.ts';
import { type ProductForm, productRows } from '../gradient/product-rows.ts';
import type { InferredTypes } from '../shape/infer-types.ts';
import { elementCount } from '../tensor/tensor.ts';
import type { LookUp } from './looked-up-weights.ts';
import type { OptimizerParameter } from './optimizers/optimizer-context.ts';

/** What the gradient of a weight is made of, by values of the training graph. */
export type GradientSource =
  | { readonly kind: 'whole'; readonly gradient: string }
  | { readonly kind: 'factors'; readonly blocks: readonly GradientRows[] }
  | { readonly kind: 'rows'; readonly indices: string; readonly updates: string; readonly dims: readonly number[] };

export interface GradientGraph {
  /** With those of the gradients. */
  readonly nodes: readonly Node[];
  /** Of the forward values. */
  readonly types: InferredTypes;
  readonly lookUps: ReadonlyMap<string, LookUp>;
  readonly gradients: ReadonlyMap<string, string>;
  /** How rows of a gradient are made on their own, by the gradient. */
  readonly inRows: ReadonlyMap<string, readonly GradientRows[]>;
  /** Makes what a gradient has in the rows that are not 0, in any order, by the gradient. */
  readonly compact: ReadonlyMap<string, () => string>;
  /** Rows of a batch. @default so few that factors are smaller than gradients */
  readonly batchRows: number | undefined;
}

/** What the gradient of a weight is made of: what grows with the batch and not with the weight, where there is that. */
export function gradientSource(parameter: OptimizerParameter, graph: GradientGraph): GradientSource {
  const { name, dims, gradient } = parameter;
  const lookUp = graph.lookUps.get(name);
  const updates = graph.gradients.get(lookUp?.output ?? '');
  if (lookUp && updates !== undefined) return { kind: 'rows', indices: lookUp.indices, updates, dims };
  const blocks = gradientBlocks(parameter, graph);
  const isAlike = blocks.every(({ key }) => key === blocks[0]?.key);
  if (blocks.length === 0 || !isAlike || !isSmaller(blocks, dims, graph)) return { kind: 'whole', gradient };
  return { kind: 'factors', blocks };
}

/** Parts of the gradient of a weight whose rows can be made on their own, if it consists of such. */
export function gradientBlocks(
  { dims, gradient }: OptimizerParameter,
  graph: Pick<GradientGraph, 'nodes' | 'types' | 'inRows'>,
): readonly GradientRows[] {
  const product = smallProduct(graph, gradient);
  if (!product) return graph.inRows.get(gradient) ?? [];
  const [left = '', right = ''] = product.input;
  return [productRows({ value: left }, { value: right }, formOf(product), dims[0] ?? 1)];
}

/** The same for sources whose gradients the same graph can make. */
export function sourceKey(source: GradientSource): string {
  if (source.kind === 'factors') return source.blocks[0]?.key ?? '';
  return source.kind === 'rows' ? JSON.stringify(source.dims) : source.kind;
}

/** Whether the factors of a batch have fewer entries than the gradient, as far as is known. */
function isSmaller(
  blocks: readonly GradientRows[],
  dims: readonly number[],
  { batchRows = 0 }: Pick<GradientGraph, 'batchRows'>,
): boolean {
  const sizes = blocks.map((block) => batchRows * (entriesPerBatchRow(block) ?? 0));
  return sizes.reduce((sum, size) => sum + size, 0) <= elementCount(dims);
}

/** The Gemm that writes the gradient, if its factors come from the rows of a batch. */
function smallProduct({ nodes, types }: Pick<GradientGraph, 'nodes' | 'types'>, gradient: string): Node | undefined {
  const writer = (value: string): Node | undefined => nodes.find(({ output }) => output.includes(value));
  const product = writer(gradient);
  if (product?.opType !== 'Gemm' || product.input.length !== 2) return undefined;
  const isOpen = (value: string): boolean => {
    const from = writer(value);
    const source = from?.opType === 'Flatten' ? (from.input[0] ?? '') : value;
    return types.typeOf(source).dims?.some((dim) => typeof dim !== 'number') ?? false;
  };
  return product.input.some(isOpen) ? product : undefined;
}

function formOf(node: Node): ProductForm {
  return {
    alpha: floatAttribute(node, 'alpha', 1),
    transA: intAttribute(node, 'transA', 0),
    transB: intAttribute(node, 'transB', 0),
  };
}
