import { ModelError } from '../errors.ts';
import type { Model } from '../format/messages.ts';

/** First operator set in which all operators that this package emits have their present form. */
export const OLDEST_SUPPORTED_OPSET = 13;

/** Version of an operator set that the model imports; 1 where it does not say. */
export function opsetOf(model: Model, domain = ''): number {
  const isDomain = (entry: string): boolean => entry === domain || (domain === '' && entry === 'ai.onnx');
  return model.opsetImport.find((entry) => isDomain(entry.domain ?? ''))?.version?.toNumber() ?? 1;
}

/**
 * Refuses models to which this package cannot add nodes.
 *
 * @throws ModelError OPSET_UNSUPPORTED
 */
export function requireOpset(model: Model, purpose: string, oldest: number = OLDEST_SUPPORTED_OPSET): void {
  const opset = opsetOf(model);
  if (opset >= oldest) return;
  throw new ModelError('OPSET_UNSUPPORTED', `Operator set must be at least ${oldest} ${purpose}, got ${opset}`);
}
