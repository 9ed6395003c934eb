const DELIMITERS = [',', ';', '\t', '|'] as const;

/** The delimiter of a CSV file: the one of `,` `;` tab `|` that its first line has most of. */
export function csvDelimiterOf(firstLine: string): string {
  const counts = DELIMITERS.map((delimiter) => firstLine.split(delimiter).length);
  return DELIMITERS[counts.indexOf(Math.max(...counts))] ?? ',';
}
