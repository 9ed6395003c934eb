import type { Node } from '../format/messages.ts';
import { isStandardDomain } from '../graph/domain.ts';
import { affineOf } from './affine.ts';
import type { GraphEdit } from './graph-edit.ts';
import { type LinearNode, linearNode } from './linear-node.ts';
import type { Pass } from './pass.ts';
import { rewriteGraphs } from './rewrite-graphs.ts';

/**
 * Multiplies a BatchNormalization, and Mul, Div, Add, Sub with a constant per channel, into the weights in front of it:
 * Conv, ConvTranspose, Gemm, MatMul with or without Add. Only where nothing else reads the value in between.
 *
 * Weights are rounded to float32 again, so outputs change in the last digits.
 */
export const fuseLinear: Pass = (model) =>
  rewriteGraphs(model, 'fuse-linear', (edit) =>
    edit.each((node) => {
      if (isStandardDomain(node.domain)) fuse(edit, node);
    }),
  );

function fuse(edit: GraphEdit, node: Node): void {
  for (const value of new Set(node.input)) {
    const producer = edit.producer(value);
    if (!producer || !edit.isOnlyFor(value, node)) continue;
    const linear = linearNode(edit, producer);
    const affine = linear && affineOf(edit, node, value, linear.channels);
    if (!linear || !affine || isBias(linear, affine.scale)) continue;
    edit.note(node, `went into the weights of ${producer.name || value}`);
    const [output = ''] = node.output;
    const nodes = linear.withAffine(affine, output);
    removeLinear(edit, linear.node);
    edit.replace(node, ...nodes);
    return;
  }
}

/** A MatMul has no place for a bias: adding one is the Add that is there already. */
function isBias({ node }: LinearNode, scale: readonly number[]): boolean {
  return node.opType === 'MatMul' && scale.every((entry) => entry === 1);
}

function removeLinear(edit: GraphEdit, node: Node): void {
  if (node.opType === 'Add') {
    const product = node.input.map((name) => edit.producer(name)).find((entry) => entry?.opType === 'MatMul');
    if (product) edit.replace(product);
  }
  edit.replace(node);
}
