import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { projectRoot } from '../rig/project-root.ts';

export const SHUTTLE_LABEL = 'Class';
export const TRAINING_ROWS = 30_000;

export interface ShuttleFiles {
  readonly trainingCsv: Buffer;
  readonly trainingRows: number;
  /** CSV file the agents replay as sensor input. */
  readonly replayPath: string;
  readonly replayRows: number;
}

/** Cuts the Statlog Shuttle file in two: rows to train on, and rows only the devices will see. */
export function splitShuttleData(folder: string): ShuttleFiles {
  const csv = gunzipSync(readFileSync(join(projectRoot(), 'test/data/shuttle.csv.gz'))).toString('utf8');
  const [header, ...rows] = csv.trimEnd().split('\n');
  const replayPath = join(folder, 'sensor-replay.csv.gz');
  const replay = rows.slice(TRAINING_ROWS);
  writeFileSync(replayPath, gzipSync([header, ...replay, ''].join('\n')));
  return {
    trainingCsv: Buffer.from([header, ...rows.slice(0, TRAINING_ROWS), ''].join('\n')),
    trainingRows: TRAINING_ROWS,
    replayPath,
    replayRows: replay.length,
  };
}
