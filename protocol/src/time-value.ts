// ISO 8601: a date, alone or with a time of day, of which seconds, their fraction and the offset may be left out.
const ISO =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s?(Z|[+-]\d{2}(?::?\d{2})?)?)?$/i;
// One way only to read a row of digits: else a long one that ends in something else takes the square of its length.
const PLAIN_NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;

// ECMAScript, "Time Values and Time Range": the widest range in which calendars are computed, in seconds.
const MOST_SECONDS = 8.64e12;

/**
 * Unix time in seconds of what a column of times or a reading holds; undefined for what is no time.
 *
 * A number, or a text that is one, is seconds already. A text is ISO 8601: `2024-05-01`, `2024-05-01T12:30`,
 * `2024-05-01 12:30:05.25+02:00`. Without an offset it is UTC, on every machine: hub and devices may live in different
 * time zones.
 */
export function parseTime(value: string | number): number | undefined {
  if (typeof value === 'number') return inRange(value);
  const text = value.trim();
  if (PLAIN_NUMBER.test(text)) return inRange(Number(text));
  const match = ISO.exec(text);
  return match === null ? undefined : fromParts(match);
}

function fromParts(match: RegExpExecArray): number | undefined {
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => Number(part ?? 0)) as [
    ...[number, number, number],
    ...[number, number, number],
  ];
  const offset = offsetSeconds(match[8]);
  if (offset === undefined || !isTimeOfDay(hour, minute, second)) return undefined;
  const midnight = new Date(0);
  midnight.setUTCFullYear(year, month - 1, day);
  // A day that the calendar does not have becomes one of another month.
  if (midnight.getUTCMonth() !== month - 1 || midnight.getUTCDate() !== day) return undefined;
  const fraction = match[7] === undefined ? 0 : Number(`0.${match[7]}`);
  return inRange(midnight.getTime() / 1_000 + hour * 3_600 + minute * 60 + second + fraction - offset);
}

/** ISO 8601-1:2019, 4.3.8: 24:00 is the end of the day. */
function isTimeOfDay(hour: number, minute: number, second: number): boolean {
  return (hour < 24 && minute < 60 && second < 60) || (hour === 24 && minute === 0 && second === 0);
}

function offsetSeconds(text: string | undefined): number | undefined {
  if (text === undefined || text.toUpperCase() === 'Z') return 0;
  const digits = text.slice(1).replace(':', '').padEnd(4, '0');
  const hours = Number(digits.slice(0, 2));
  const minutes = Number(digits.slice(2));
  if (hours > 23 || minutes > 59) return undefined;
  return (text.startsWith('-') ? -1 : 1) * (hours * 3_600 + minutes * 60);
}

function inRange(seconds: number): number | undefined {
  return Math.abs(seconds) <= MOST_SECONDS ? seconds : undefined;
}
