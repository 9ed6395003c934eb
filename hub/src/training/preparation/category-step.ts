import { float, float32, type GraphBuilder, int64, ML_DOMAIN } from '@edgeloop/onnx';
import { categoryLevels } from './category-levels.ts';
import { settingsOf } from './column-settings.ts';
import { textsOf } from './column-values.ts';
import type { PreparedValues, StepContext } from './step.ts';
import { toFloat } from './to-float.ts';

export interface PreparedCategories {
  /** Indicators of each level of the columns that want them, the unknown level first. */
  readonly values: readonly PreparedValues[];
  /** Codes of the other columns, each [batch, 1]. */
  readonly codes: readonly PreparedCode[];
}

export interface PreparedCode {
  readonly value: string;
  readonly column: string;
  /** With the code 0. */
  readonly levels: number;
}

/** Categories, string [batch, columns], '' where missing -> codes, or one value a level. */
export function categoryStep({ graph, input, rows, settings }: StepContext): PreparedCategories {
  const [values, codes]: [PreparedValues[], PreparedCode[]] = [[], []];
  for (const [index, column] of input.spec.columns.entries()) {
    const own = settingsOf(settings, 'categories', column);
    const levels = categoryLevels(textsOf(input, rows, index), own);
    const texts = graph.node('Gather', [input.spec.name, graph.constant(int64([index]))], { axis: 1 });
    const code = codeOf(graph, texts, levels);
    if (own.coding === 'one-hot') values.push(oneHot(graph, code, column, levels));
    else codes.push({ value: code, column, levels: levels.length + 1 });
  }
  return { values, codes };
}

/** The place of a text among levels, from 1 on; 0 for others. float32, of the same shape. */
function codeOf(graph: GraphBuilder, texts: string, levels: readonly string[]): string {
  // LabelEncoder must have a key; no text is missing and known.
  const [keys, codes] = levels.length > 0 ? [levels, levels.map((_, index) => index + 1)] : [[''], [0]];
  const attributes = { keys_strings: keys, values_floats: float(codes), default_float: float(0) };
  return graph.node('LabelEncoder', [texts], attributes, { domain: ML_DOMAIN });
}

function oneHot(graph: GraphBuilder, code: string, column: string, levels: readonly string[]): PreparedValues {
  const places = graph.constant(float32(Array.from({ length: levels.length + 1 }, (_, place) => place)), 'codes');
  return {
    value: toFloat(graph, graph.node('Equal', [code, places])),
    entries: [`${column} is unknown`, ...levels.map((level) => `${column} = ${level}`)],
  };
}
