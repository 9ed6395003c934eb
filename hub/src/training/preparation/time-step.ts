import { float32, type GraphBuilder, int64, scalar, tensor } from '@edgeloop/onnx';
import type { DatePart, TimeSettings } from '../../store/recipe/preprocessing.ts';
import { type CivilDate, civilDate } from './civil-date.ts';
import { settingsOf } from './column-settings.ts';
import type { PreparedValues, StepContext } from './step.ts';
import { toFloat } from './to-float.ts';

/** How often a part comes round, and what it begins with. */
const ROUNDS: Readonly<Record<Exclude<DatePart, 'year'>, { of: keyof CivilDate; first: number; length: number }>> = {
  month: { of: 'month', first: 1, length: 12 },
  'day-of-month': { of: 'day', first: 1, length: 31 },
  'day-of-week': { of: 'weekday', first: 0, length: 7 },
  hour: { of: 'secondOfDay', first: 0, length: 86_400 },
};
/** Deviations from the mean year; a clock that was never set shall not drown the other values. */
const LARGEST_YEARS = 8;

/** Unix seconds, float64 [batch, columns], NaN where missing -> parts of their dates, 0 where missing; indicators. */
export function timeStep({ graph, input, rows, settings }: StepContext): PreparedValues[] {
  return input.spec.columns.map((column, index) => {
    const seconds = Float64Array.from({ length: rows }, (_, row) =>
      Number(input.values[row * input.spec.columns.length + index] ?? Number.NaN),
    );
    const place = graph.constant(int64([index]));
    const value = graph.node('Gather', [input.spec.name, place], { axis: 1 });
    return dateValues(graph, value, { column, seconds, ...settingsOf(settings, 'times', column) });
  });
}

interface TimeColumn extends TimeSettings {
  readonly column: string;
  /** Shape [rows], NaN where missing. */
  readonly seconds: Float64Array;
}

function dateValues(graph: GraphBuilder, value: string, column: TimeColumn): PreparedValues {
  const isMissing = graph.node('IsNaN', [value]);
  const epoch = graph.constant(tensor('float64', [], Float64Array.of(0)));
  const date = civilDate(graph, graph.node('Where', [isMissing, epoch, value]));
  const parts = column.parts.map((part) => (part === 'year' ? trend(graph, date, column) : round(graph, date, part)));
  const joined = graph.node('Concat', parts.flat(), { axis: 1 });
  const known = graph.node('Where', [isMissing, graph.constant(scalar(0)), joined]);
  const entries = column.parts.flatMap((part) =>
    part === 'year' ? [`${column.column} year`] : [`${column.column} ${part} sine`, `${column.column} ${part} cosine`],
  );
  const hasIndicator = column.indicator === 'auto' ? column.seconds.some(Number.isNaN) : column.indicator;
  if (!hasIndicator) return { value: known, entries };
  return {
    value: graph.node('Concat', [known, toFloat(graph, isMissing)], { axis: 1 }),
    entries: [...entries, `${column.column} is missing`],
  };
}

function trend(graph: GraphBuilder, { year }: CivilDate, { seconds }: TimeColumn): string[] {
  const years = [...seconds]
    .filter(Number.isFinite)
    .map((second) => new Date(Math.floor(second) * 1_000).getUTCFullYear());
  const mean = years.reduce((sum, one) => sum + one, 0) / Math.max(1, years.length);
  const deviation = Math.sqrt(years.reduce((sum, one) => sum + (one - mean) ** 2, 0) / Math.max(1, years.length));
  const centered = graph.node('Sub', [toFloat(graph, year), graph.constant(scalar(mean))]);
  const scaled = graph.node('Mul', [centered, graph.constant(scalar(deviation > 0 ? 1 / deviation : 1))]);
  const limits = [-LARGEST_YEARS, LARGEST_YEARS].map((limit) => graph.constant(scalar(limit)));
  return [graph.node('Clip', [scaled, ...limits])];
}

function round(graph: GraphBuilder, date: CivilDate, part: keyof typeof ROUNDS): string[] {
  const { of, first, length } = ROUNDS[part];
  const since = graph.node('Sub', [toFloat(graph, date[of]), graph.constant(scalar(first))]);
  const angle = graph.node('Mul', [since, graph.constant(float32([(2 * Math.PI) / length], []))]);
  return [graph.node('Sin', [angle]), graph.node('Cos', [angle])];
}
