export const FIRST_DELAY_MS = 500;
export const LONGEST_DELAY_MS = 15_000;

/**
 * Milliseconds to wait before the next try, doubling up to a limit, with up to half of it taken off by chance so that
 * many consoles do not come back in the same moment.
 *
 * @param failures tries that failed in a row, from 1
 * @param random in [0, 1)
 */
export function backoffMs(failures: number, random: number): number {
  const full = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (failures - 1));
  return Math.round(full * (1 - random / 2));
}
