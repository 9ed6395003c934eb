/** 2024-05-01, 2024-05-01T10:00Z, 2024-05-01 10:00:30.5+0200; the forms that columns of times are known by. */
const ISO_TIME = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(Z|[+-]\d{2}:?\d{2})?)?$/;

/** Unix time of a text in seconds, NaN where it is none. Without a time zone it is taken as UTC. */
export function timeSeconds(text: string): number {
  const [, day, time = '00:00', zone = 'Z'] = ISO_TIME.exec(text) ?? [];
  if (day === undefined) return Number.NaN;
  // Date.parse wants a colon in the zone.
  return Date.parse(`${day}T${time}${zone.replace(/^([+-]\d{2})(\d{2})$/, '$1:$2')}`) / 1000;
}
