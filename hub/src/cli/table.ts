/** A column of a table for people: its title, and what it shows of a row. */
export type TableColumn<Row> = readonly [title: string, show: (row: Row) => string | number | null | undefined];

/** Rows as aligned text; numbers to the right. Nothing to show is said in words. */
export function renderTable<Row>(rows: readonly Row[], columns: readonly TableColumn<Row>[], nothing: string): string {
  if (rows.length === 0) return `${nothing}\n`;
  const cells = rows.map((row) => columns.map(([, show]) => show(row) ?? '-'));
  const widths = columns.map(([title], at) => Math.max(title.length, ...cells.map((row) => String(row[at]).length)));
  const line = (row: readonly (string | number)[]): string =>
    row
      .map((cell, at) => {
        const width = widths[at] ?? 0;
        return typeof cell === 'number' ? String(cell).padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd();
  return `${[columns.map(([title]) => title), ...cells].map(line).join('\n')}\n`;
}

/** One thing as "name  value" lines. */
export function renderFields(fields: Readonly<Record<string, string | number | null | undefined>>): string {
  const width = Math.max(...Object.keys(fields).map((name) => name.length));
  return Object.entries(fields)
    .map(([name, value]) => `${name.padEnd(width)}  ${value ?? '-'}\n`)
    .join('');
}
