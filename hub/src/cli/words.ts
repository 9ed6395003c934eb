/** 1795521399601 -> "2026-11-24 11:56:39" in the time zone of this machine. */
export function time(ms: number | null | undefined): string | null {
  if (ms === null || ms === undefined) return null;
  const date = new Date(ms);
  const two = (part: number): string => String(part).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** 0.99731 -> "99.73 %" */
export function percent(share: number | null | undefined): string | null {
  return share === null || share === undefined ? null : `${(100 * share).toFixed(2)} %`;
}

/** Binary steps: "12.3 KiB". */
export function bytes(count: number): string {
  if (count < 1024) return `${count} B`;
  return count < 1024 ** 2 ? `${(count / 1024).toFixed(1)} KiB` : `${(count / 1024 ** 2).toFixed(1)} MiB`;
}

/** site=a, line=2 */
export function labels(of: Readonly<Record<string, string>>): string {
  return Object.entries(of)
    .map(([name, value]) => `${name}=${value}`)
    .join(', ');
}

/** 1234567 -> "1.23 million" */
export function count(of: number): string {
  if (of < 10_000) return String(Math.round(of));
  const [size, word] = of < 1e6 ? [1e3, 'thousand'] : of < 1e9 ? [1e6, 'million'] : [1e9, 'billion'];
  return `${(of / size).toPrecision(3)} ${word}`;
}

/** Two digits behind the point, null stays null. */
export function decimals(value: number | null | undefined, digits = 2): string | null {
  return value === null || value === undefined ? null : value.toFixed(digits);
}
