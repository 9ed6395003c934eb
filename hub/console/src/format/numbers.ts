const COUNT = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const SIGNIFICANT = new Intl.NumberFormat('en', { maximumSignificantDigits: 4 });
const COMPACT = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 });

/** What stands where there is no figure. */
export const NO_FIGURE = '–';

/** A whole number with its thousands apart: 12,345. */
export function formatCount(value: number | null | undefined): string {
  return isFigure(value) ? COUNT.format(value) : NO_FIGURE;
}

/** A large number short: 12.3K. */
export function formatCompact(value: number | null | undefined): string {
  return isFigure(value) ? COMPACT.format(value) : NO_FIGURE;
}

/**
 * A share as per cent, with one digit more where it is close to 0 or 100, so that 99.95 % never reads as 100 %.
 *
 * @param share 0 to 1
 */
export function formatPercent(share: number | null | undefined): string {
  if (!isFigure(share)) return NO_FIGURE;
  const percent = share * 100;
  const digits = percent >= 99 || percent <= 1 ? 2 : 1;
  const rounded = percent < 100 ? Math.min(Number(percent.toFixed(digits)), 100 - 10 ** -digits) : percent;
  return `${rounded.toFixed(digits)} %`;
}

/** A difference of two shares in percentage points, with its sign. */
export function formatPoints(difference: number | null | undefined): string {
  if (!isFigure(difference)) return NO_FIGURE;
  const points = (difference * 100).toFixed(2);
  if (Number(points) === 0) return '0.00 points';
  return `${difference > 0 ? '+' : '−'}${points.replace('-', '')} points`;
}

/** Bytes in the largest unit that leaves a figure above 1; decimal units. */
export function formatBytes(bytes: number | null | undefined): string {
  if (!isFigure(bytes)) return NO_FIGURE;
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return `${value.toFixed(digits)} ${units[unit]}`;
}

/** Milliseconds that may be far below 1: 0.043 ms, 12.4 ms, 1.3 s. */
export function formatLatency(ms: number | null | undefined): string {
  if (!isFigure(ms)) return NO_FIGURE;
  if (ms >= 1000) return `${(ms / 1000).toFixed(2)} s`;
  if (ms >= 100) return `${ms.toFixed(0)} ms`;
  if (ms >= 10) return `${ms.toFixed(1)} ms`;
  return `${ms.toFixed(ms >= 1 ? 2 : 3)} ms`;
}

/** Events per second: 0.4/s, 12/s, 3,400/s. */
export function formatRate(perSecond: number | null | undefined): string {
  if (!isFigure(perSecond)) return NO_FIGURE;
  return `${perSecond >= 10 || perSecond === 0 ? COUNT.format(perSecond) : perSecond.toFixed(1)}/s`;
}

/** A unitless score with three digits behind the point. */
export function formatScore(value: number | null | undefined): string {
  return isFigure(value) ? value.toFixed(3) : NO_FIGURE;
}

/** A small distance between numbers: 3.10e-1. */
export function formatDeviation(value: number | null | undefined): string {
  return isFigure(value) ? value.toExponential(2) : NO_FIGURE;
}

/** Any number with four significant digits: 0.02314, 3.142, 12,350. */
export function formatSignificant(value: number | null | undefined): string {
  return isFigure(value) ? SIGNIFICANT.format(value) : NO_FIGURE;
}

function isFigure(value: number | null | undefined): value is number {
  return value !== null && value !== undefined && Number.isFinite(value);
}
