import type { Model } from '../../format/messages.ts';
import { OLDEST_SUPPORTED_OPSET } from '../../graph/opset.ts';
import { upgradeOpset } from '../../graph/upgrade-opset.ts';
import { optimize } from '../../passes/optimize.ts';
import { fuseBias } from './fuse-bias.ts';
import { withPlainOperators } from './plain-operators.ts';
import { resizeAllAxes } from './resize-all-axes.ts';

/**
 * The model in the form in which quantization keeps most of it in integers: operator set 13 or newer, constants worked
 * out, BatchNormalization inside of weights, biases inside of products. Computes what the model computed; inputs and
 * outputs keep names and types.
 *
 * @throws ModelError OPSET_UNSUPPORTED where a model of an operator set before 13 cannot be upgraded
 */
export function prepareForQuantization(model: Model): Model {
  const plain = optimize(resizeAllAxes(upgradeOpset(model, OLDEST_SUPPORTED_OPSET))).model;
  const expanded = withPlainOperators(plain);
  return fuseBias(expanded === plain ? plain : optimize(expanded).model);
}
