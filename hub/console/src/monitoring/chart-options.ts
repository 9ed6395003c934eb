import type uPlot from 'uplot';
import type { ChartLine } from './chart-lines.ts';

/** Something that happened, as a line across the chart. */
export interface ChartMark {
  readonly atMs: number;
  readonly label: string;
  readonly tone?: 'plain' | 'bad' | 'good';
}

interface ChartShape {
  readonly lines: readonly ChartLine[];
  readonly size: { readonly width: number; readonly height: number };
  readonly x: 'time' | 'number';
  readonly range: { readonly min?: number; readonly max?: number } | undefined;
  format(value: number | null): string;
  marks(): readonly ChartMark[];
}

const DEVICE_COLORS = 8;

/** How uPlot draws our lines, in the colours of the page. */
export function chartOptions({ lines, size, x, range, format, marks }: ChartShape): uPlot.Options {
  const color = pageColors();
  const font = '11px system-ui, sans-serif';
  const axis = { stroke: color('--muted'), font, grid: { stroke: color('--line'), width: 1 }, ticks: { show: false } };
  const strokes = lineColors(lines, color);
  return {
    ...size,
    scales: { x: { time: x === 'time' }, y: { range: (_plot, low, high) => yRange(low, high, range) } },
    axes: [
      { ...axis, size: 28, space: 72, ...(x === 'time' ? { values: CLOCK_VALUES } : {}) },
      { ...axis, size: 64, values: (_plot, ticks) => ticks.map((tick) => format(tick)) },
    ],
    // Marks have their words above the plot.
    padding: [18, null, null, null],
    legend: { live: true, markers: { width: 0, fill: (_plot, index) => strokes[index - 1] ?? 'transparent' } },
    cursor: { points: { size: 6 }, drag: { x: false, y: false } },
    series: [
      x === 'time' ? { label: 'time', value: (_plot, sec) => clock(sec) } : { label: 'epoch' },
      ...lines.map((line, index) => seriesOf(line, strokes[index], format)),
    ],
    hooks: {
      draw: [(plot) => drawMarks(plot, marks(), color)],
      ready: [showNewest],
      setData: [showNewest],
      setCursor: [showNewest],
    },
  };
}

const LINE_WIDTHS = { total: 2.5, estimate: 2, device: 1.25 } as const;

function seriesOf(line: ChartLine, stroke: string | undefined, format: ChartShape['format']): uPlot.Series {
  return {
    label: line.name,
    ...(stroke === undefined ? {} : { stroke }),
    width: LINE_WIDTHS[line.kind],
    ...(line.kind === 'estimate' ? { dash: [5, 4] } : {}),
    spanGaps: true,
    points: { show: line.values.length < 3 },
    value: (_plot: uPlot, value: number | null) => format(value),
  };
}

/** Totals have colours of their own; devices take theirs in turn. */
function lineColors(lines: readonly ChartLine[], color: (name: string) => string): readonly string[] {
  let devices = 0;
  return lines.map(({ kind }) => {
    if (kind !== 'device') return color(`--chart-${kind}`);
    devices += 1;
    return color(`--series-${((devices - 1) % DEVICE_COLORS) + 1}`);
  });
}

/** The legend tells the newest values while nobody points at others. */
function showNewest(plot: uPlot): void {
  const isPointedAt = (plot.cursor.left ?? -1) >= 0;
  if (!isPointedAt) plot.setLegend({ idx: (plot.data[0]?.length ?? 0) - 1 }, false);
}

function pageColors(): (name: string) => string {
  const style = getComputedStyle(document.documentElement);
  return (name) => style.getPropertyValue(name).trim();
}

function yRange(low: number | null, high: number | null, fixed: ChartShape['range']): [number, number] {
  const bottom = fixed?.min ?? low ?? 0;
  const top = fixed?.max ?? high ?? 1;
  const room = Math.max((top - bottom) * 0.08, Math.abs(top) * 0.01, 1e-9);
  return [fixed?.min ?? Math.max(0, bottom - room), fixed?.max ?? top + room];
}

/** Twenty-four hours, whatever the browser's language. */
const CLOCK_VALUES: uPlot.Axis.Values = [
  [86_400, '{D}.{M}.', null, null, null, null, null, null, 1],
  [60, '{HH}:{mm}', null, null, null, null, null, null, 1],
  [1, '{HH}:{mm}:{ss}', null, null, null, null, null, null, 1],
];

function clock(sec: number | null): string {
  return sec === null ? '–' : new Date(sec * 1000).toLocaleTimeString('en-GB');
}

function drawMarks(plot: uPlot, marks: readonly ChartMark[], color: (name: string) => string): void {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.font = `${11 * ratio}px system-ui, sans-serif`;
  ctx.textAlign = 'center';
  ctx.textBaseline = 'alphabetic';
  ctx.setLineDash([2 * ratio, 3 * ratio]);
  for (const { atMs, label, tone = 'plain' } of marks) {
    const left = plot.valToPos(atMs / 1000, 'x', true);
    if (left < bbox.left || left > bbox.left + bbox.width) continue;
    ctx.strokeStyle = color(tone === 'plain' ? '--muted' : `--${tone}`);
    ctx.fillStyle = ctx.strokeStyle;
    ctx.beginPath();
    ctx.moveTo(left, bbox.top);
    ctx.lineTo(left, bbox.top + bbox.height);
    ctx.stroke();
    ctx.fillText(label, left, bbox.top - 5 * ratio);
  }
  ctx.restore();
}
