import { OTHER_RUNGS } from './other-rungs.ts';
import type { Rung } from './rung.ts';
import { STATIC_RUNGS } from './static-rungs.ts';
import { TRAINING_RUNGS } from './training-rungs.ts';

/** All rungs, from the cheapest to the most elaborate. */
export const LADDER: readonly Rung[] = [...STATIC_RUNGS, ...OTHER_RUNGS, ...TRAINING_RUNGS];
