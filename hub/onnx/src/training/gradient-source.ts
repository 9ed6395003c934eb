import { floatAttribute, intAttribute } from '../format/attributes.ts';
import type { Node } from '../format/messages.ts';
import type { InferredTypes } from '../shape/infer-types.ts';
import type { LookUp } from './looked-up-weights.ts';
import type { OptimizerParameter } from './optimizers/optimizer-context.ts';

/** What the gradient of a weight is made of, by values of the training graph. */
export type GradientSource =
  | { readonly kind: 'whole'; readonly gradient: string }
  | { readonly kind: 'product'; readonly left: string; readonly right: string; readonly form: ProductForm }
  | { readonly kind: 'rows'; readonly indices: string; readonly updates: string; readonly dims: readonly number[] };

/** Attributes of a Gemm. */
export interface ProductForm {
  readonly alpha: number;
  readonly transA: number;
  readonly transB: number;
}

export interface GradientGraph {
  /** With those of the gradients. */
  readonly nodes: readonly Node[];
  /** Of the forward values. */
  readonly types: InferredTypes;
  readonly lookUps: ReadonlyMap<string, LookUp>;
  readonly gradients: ReadonlyMap<string, string>;
}

/** What the gradient of a weight is made of: what grows with the batch and not with the weight, where there is that. */
export function gradientSource({ name, dims, gradient }: OptimizerParameter, graph: GradientGraph): GradientSource {
  const lookUp = graph.lookUps.get(name);
  const updates = graph.gradients.get(lookUp?.output ?? '');
  if (lookUp && updates !== undefined) return { kind: 'rows', indices: lookUp.indices, updates, dims };
  const product = smallProduct(graph, gradient);
  if (!product) return { kind: 'whole', gradient };
  const [left = '', right = ''] = product.input;
  return { kind: 'product', left, right, form: formOf(product) };
}

/** The same for sources whose gradients the same graph can make. */
export function sourceKey(source: GradientSource): string {
  if (source.kind === 'product') return JSON.stringify(source.form);
  return source.kind === 'rows' ? JSON.stringify(source.dims) : source.kind;
}

/** The Gemm that writes the gradient, if its factors come from the rows of a batch. */
function smallProduct({ nodes, types }: GradientGraph, gradient: string): Node | undefined {
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
