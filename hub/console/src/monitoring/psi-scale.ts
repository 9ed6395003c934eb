/** Levels the hub judges by; drawn as marks. */
export const PSI_POSSIBLE = 0.1;
export const PSI_DRIFT = 0.25;

/** Length of a bar, 0 to 1. A saturating scale: 0.1 and 0.25 stay apart, and 5 still fits. */
export function barShare(psi: number): number {
  return psi <= 0 ? 0 : psi / (psi + PSI_DRIFT * 2);
}
