import { type GraphBuilder, tensor } from '@edgeloop/onnx';
import { IntegerMath } from './integer-math.ts';
import { toInteger } from './to-float.ts';

/** Parts of a moment in UTC; names of int64 values. */
export interface CivilDate {
  readonly year: string;
  /** 1 to 12 */
  readonly month: string;
  /** 1 to 31 */
  readonly day: string;
  /** Monday is 0. */
  readonly weekday: string;
  readonly secondOfDay: string;
}

const SECONDS_A_DAY = 86_400;
/** From the first of March of year 0, when eras of 400 years begin, to 1970. */
const DAYS_TO_1970 = 719_468;
const DAYS_AN_ERA = 146_097;
// The years 1 to 9999: within them nothing is negative below.
const FIRST_SECOND = -62_135_596_800;
const LAST_SECOND = 253_402_300_799;

/**
 * The calendar date of Unix seconds, a float64 value without NaN; moments before year 1 or after 9999 count as the first
 * and last one.
 *
 * @see Howard Hinnant, chrono-compatible low-level date algorithms, civil_from_days
 */
export function civilDate(graph: GraphBuilder, seconds: string): CivilDate {
  const math = new IntegerMath(graph);
  const limit = (second: number): string => graph.constant(tensor('float64', [], Float64Array.of(second)));
  const within = graph.node('Clip', [seconds, limit(FIRST_SECOND), limit(LAST_SECOND)]);
  const whole = toInteger(graph, graph.node('Floor', [within]));
  const shifted = math.add(whole, DAYS_TO_1970 * SECONDS_A_DAY);
  const days = math.over(shifted, SECONDS_A_DAY);
  return {
    ...dateOf(math, days),
    // The first of March of year 0 was a Wednesday.
    weekday: math.rest(math.add(days, 2), 7),
    secondOfDay: math.rest(shifted, SECONDS_A_DAY),
  };
}

function dateOf(math: IntegerMath, days: string): Pick<CivilDate, 'year' | 'month' | 'day'> {
  const era = math.over(days, DAYS_AN_ERA);
  const dayOfEra = math.rest(days, DAYS_AN_ERA);
  const withoutLeaps = math.subtract(
    math.add(math.subtract(dayOfEra, math.over(dayOfEra, 1_460)), math.over(dayOfEra, 36_524)),
    math.over(dayOfEra, 146_096),
  );
  const yearOfEra = math.over(withoutLeaps, 365);
  const leaps = math.subtract(math.over(yearOfEra, 4), math.over(yearOfEra, 100));
  const dayOfYear = math.subtract(dayOfEra, math.add(math.times(yearOfEra, 365), leaps));
  const marchMonth = math.over(math.add(math.times(dayOfYear, 5), 2), 153);
  const day = math.add(math.subtract(dayOfYear, math.over(math.add(math.times(marchMonth, 153), 2), 5)), 1);
  const isBeforeJanuary = math.isLess(marchMonth, 10);
  const month = math.add(marchMonth, math.choose(isBeforeJanuary, 3, -9));
  const marchYear = math.add(math.times(era, 400), yearOfEra);
  return { year: math.add(marchYear, math.choose(isBeforeJanuary, 0, 1)), month, day };
}
