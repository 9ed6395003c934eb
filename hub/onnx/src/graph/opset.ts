import type { Model } from '../format/messages.ts';

/** First operator set in which all operators that this package emits have their present form. */
export const OLDEST_SUPPORTED_OPSET = 13;

/** Version of an operator set that the model imports; 1 where it does not say. */
export function opsetOf(model: Model, domain = ''): number {
  const isDomain = (entry: string): boolean => entry === domain || (domain === '' && entry === 'ai.onnx');
  return model.opsetImport.find((entry) => isDomain(entry.domain ?? ''))?.version?.toNumber() ?? 1;
}
