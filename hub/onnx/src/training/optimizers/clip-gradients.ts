import { UsageError } from '../../errors.ts';
import type { GraphBuilder } from '../../graph/graph-builder.ts';
import { scalar } from '../../tensor/tensor.ts';
import type { OptimizerParameter } from './optimizer-context.ts';

export interface ClippedGradients {
  readonly parameters: readonly OptimizerParameter[];
  /** float32 scalar: the norm of all gradients together, before clipping. */
  readonly norm: string;
  /** float32 scalar: what each gradient is multiplied with. */
  readonly scale: string;
}

/** Added to the norm, as PyTorch does, so that gradients of 0 stay 0. */
const NORM_EPSILON = 1e-6;

/**
 * Scales all gradients so that their common Euclidean norm is at most `maxNorm`.
 *
 * @param squaredNorm adds the sum of the squares of one
 * @see torch.nn.utils.clip_grad_norm_
 */
export function clipGradients(
  graph: GraphBuilder,
  parameters: readonly OptimizerParameter[],
  maxNorm: number,
  squaredNorm: (parameter: OptimizerParameter) => string,
): ClippedGradients {
  if (!(maxNorm > 0)) throw new UsageError('ARGUMENT_INVALID', `clipNorm must be above 0, got ${maxNorm}`);
  const norm = graph.node('Sqrt', [graph.node('Sum', parameters.map(squaredNorm))]);
  const padded = graph.node('Add', [norm, graph.constant(scalar(NORM_EPSILON))]);
  const share = graph.node('Div', [graph.constant(scalar(maxNorm)), padded]);
  const scale = graph.node('Min', [share, graph.constant(scalar(1))]);
  const clipped = parameters.map((parameter) => ({
    ...parameter,
    gradient: graph.node('Mul', [parameter.gradient, scale]),
  }));
  return { parameters: clipped, norm, scale };
}
