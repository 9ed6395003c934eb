import { codedColumn } from '../table-rows.ts';
import { decodeText } from './decode-text.ts';
import { BrokenFiles, type FolderFiles, type FolderOptions, filesOf } from './folder-files.ts';

/** Reads every file of an archive as one text. @throws OutsideError DATA_INVALID naming the file */
export async function readTexts(archive: Uint8Array, options: FolderOptions): Promise<FolderFiles> {
  const broken = new BrokenFiles(options);
  const texts = new Map<string, string>();
  for await (const { path, bytes } of filesOf(archive, options.limits)) {
    const text = await broken.reading(path, () => decodeText(bytes));
    if (text !== undefined) texts.set(path, text);
  }
  return {
    paths: [...texts.keys()].sort(),
    broken: broken.paths,
    others: 0,
    // An empty file says nothing.
    column: (paths) =>
      codedColumn(
        'text',
        'text',
        paths.map((path) => texts.get(path ?? '') || null),
      ),
  };
}
