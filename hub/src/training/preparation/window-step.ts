import { settingsOf } from './column-settings.ts';
import { columnOf } from './column-values.ts';
import { numberFigures } from './number-figures.ts';
import { scaleNumbers } from './scale-numbers.ts';
import type { StepContext, StepPart } from './step.ts';

/** Windows [batch, readings, channels], NaN where missing -> the same shape, each channel filled and scaled. */
export function windowStep({ graph, input, rows, settings }: StepContext): StepPart {
  const { name, columns, dims } = input.spec;
  const figures = columns.map((column, channel) =>
    numberFigures(columnOf(input, rows, channel), settingsOf(settings, 'numbers', column)),
  );
  const value = scaleNumbers(graph, name, graph.node('IsNaN', [name]), figures);
  return { value, part: { name, kind: 'window', dims } };
}
