import type { ShapeRule } from '../shape-rule.ts';

/** Types behind the operators for lists and optional values that give tensors; lists themselves have no type here. */
export const SEQUENCE_RULES: Readonly<Record<string, ShapeRule>> = {
  SequenceLength: () => [{ type: 'int64', dims: [] }],
  OptionalHasElement: () => [{ type: 'bool', dims: [] }],
};
