import { writeFile } from 'node:fs/promises';

/** Writes `rows` readings for the rig's models, with the class they have; row i can be told from its fields. */
export async function writeReadings(path: string, rows: number): Promise<void> {
  const lines = Array.from({ length: rows }, (_, row) => {
    const a = ((row * 7) % 100) / 100;
    const b = ((row * 13 + 5) % 100) / 100;
    return `${a},${b},${a > b ? 'left' : 'right'}`;
  });
  await writeFile(path, ['a,b,class', ...lines, ''].join('\n'));
}
