import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RigError } from './errors.ts';

/** The folder of the repository: the same from source and from `dist`. */
export function projectRoot(): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const manifest = join(folder, 'package.json');
    if (existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).name === 'edgeloop') return folder;
    if (folder === dirname(folder)) throw new RigError('USAGE', 'the rig must run inside the edgeloop repository');
  }
}
