import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import { NO_FIGURE } from '../format/numbers.ts';
import type { ChartLines } from './chart-lines.ts';
import { type ChartMark, chartOptions } from './chart-options.ts';

interface LineChartProps {
  readonly title: string;
  readonly data: ChartLines;
  /** What the horizontal axis counts. */
  readonly x: 'time' | 'number';
  readonly marks?: readonly ChartMark[];
  /** Range of the vertical axis where the data does not decide it. */
  readonly range?: { readonly min?: number; readonly max?: number };
  format(value: number | null): string;
}

const HEIGHT_PX = 230;
const DARK = '(prefers-color-scheme: dark)';

/** Lines over time. The sentence below it says the newest values to those who do not see the picture. */
export function LineChart(props: LineChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot>(undefined);
  // What the chart draws with, always as of the last render.
  const latest = useRef(props);
  latest.current = props;
  const shape = props.data.lines.map(({ name, kind }) => `${kind} ${name}`).join('\n');

  // biome-ignore lint/correctness/useExhaustiveDependencies: new lines need a new chart, new values do not.
  useEffect(() => {
    if (!place.current) return;
    const target: HTMLElement = place.current;
    function build() {
      chart.current?.destroy();
      const { data, x, format, range } = latest.current;
      const size = { width: target.clientWidth, height: HEIGHT_PX };
      const marks = () => latest.current.marks ?? [];
      chart.current = new uPlot(
        chartOptions({ lines: data.lines, size, x, format, range, marks }),
        aligned(data),
        target,
      );
    }
    build();
    const resize = new ResizeObserver(() => chart.current?.setSize({ width: target.clientWidth, height: HEIGHT_PX }));
    resize.observe(target);
    const scheme = matchMedia(DARK);
    scheme.addEventListener('change', build);
    return () => {
      resize.disconnect();
      scheme.removeEventListener('change', build);
      chart.current?.destroy();
      chart.current = undefined;
    };
  }, [shape, props.x]);

  useEffect(() => {
    chart.current?.setData(aligned(props.data));
  }, [props.data]);

  const marksKey = JSON.stringify(props.marks);
  // biome-ignore lint/correctness/useExhaustiveDependencies: marks lie in `latest`; what they say decides.
  useEffect(() => {
    chart.current?.redraw(false);
  }, [marksKey]);

  return (
    <figure className="chart">
      <figcaption>{props.title}</figcaption>
      <div ref={place} className="chart-place" role="img" aria-label={`${props.title}. ${summary(props)}`} />
    </figure>
  );
}

function aligned({ timesSec, lines }: ChartLines): uPlot.AlignedData {
  return [[...timesSec], ...lines.map(({ values }) => [...values])];
}

function summary({ data, format }: LineChartProps): string {
  const texts = data.lines.map(({ name, values }) => {
    const newest = values.findLast((value) => value !== null);
    return `${name}: ${newest === undefined ? NO_FIGURE : format(newest)}`;
  });
  return `Newest values: ${texts.join('; ')}.`;
}
