import { int64 } from '@edgeloop/onnx';
import { settingsOf } from './column-settings.ts';
import { columnOf } from './column-values.ts';
import { numberFigures } from './number-figures.ts';
import { scaleNumbers } from './scale-numbers.ts';
import type { PreparedValues, StepContext } from './step.ts';
import { toFloat } from './to-float.ts';

/** Numbers [batch, columns], NaN where missing -> one value a column, filled and scaled; then indicators. */
export function numberStep({ graph, input, rows, settings }: StepContext): PreparedValues[] {
  const { name, columns } = input.spec;
  const figures = columns.map((column, index) =>
    numberFigures(columnOf(input, rows, index), settingsOf(settings, 'numbers', column)),
  );
  const isMissing = graph.node('IsNaN', [name]);
  const scaled = { value: scaleNumbers(graph, name, isMissing, figures), entries: columns };
  const indicated = figures.flatMap(({ hasIndicator }, index) => (hasIndicator ? [index] : []));
  if (indicated.length === 0) return [scaled];
  const chosen =
    indicated.length === columns.length
      ? isMissing
      : graph.node('Gather', [isMissing, graph.constant(int64(indicated), 'indicated')], { axis: 1 });
  const entries = indicated.map((index) => `${columns[index]} is missing`);
  return [scaled, { value: toFloat(graph, chosen), entries }];
}
