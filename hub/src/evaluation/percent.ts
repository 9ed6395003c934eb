/** 0.9973 -> "99.73 %" */
export function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}
