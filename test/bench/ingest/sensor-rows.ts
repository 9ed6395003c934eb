import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { projectRoot } from '../../rig/project-root.ts';

export interface SensorRow {
  readonly fields: Readonly<Record<string, number>>;
  readonly label: string;
}

/** Real readings of the Shuttle data, as both sides of the comparison send them. */
export function sensorRows(count: number): SensorRow[] {
  const csv = gunzipSync(readFileSync(join(projectRoot(), 'test/data/shuttle.csv.gz'))).toString('utf8');
  const [header = '', ...lines] = csv.trimEnd().split('\n');
  const names = header.split(',');
  const rows = lines.slice(0, 50_000).map((line) => {
    const cells = line.split(',');
    const fields = Object.fromEntries(names.slice(0, -1).map((name, index) => [name, Number(cells[index])]));
    return { fields, label: cells.at(-1) ?? '' };
  });
  return Array.from({ length: count }, (_, index) => rows[index % rows.length] ?? { fields: {}, label: '' });
}
