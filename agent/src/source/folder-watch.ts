import { readdir, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';

/** An image in a watched folder. */
export interface FolderImage {
  /** Path inside the watched folder. */
  readonly name: string;
  /** Folder inside the watched one, '' for itself. */
  readonly folder: string;
  readonly mtimeMs: number;
}

/** The last image that was read, by folder inside the watched one. */
export type FolderMarks = Readonly<Record<string, { readonly name: string; readonly mtimeMs: number }>>;

const EXTENSIONS = new Set(['.png', '.jpg', '.jpeg', '.webp', '.tif', '.tiff', '.gif', '.avif']);

interface Seen {
  readonly size: number;
  readonly mtimeMs: number;
}

/** Tells which images of a folder are there, whole and not read yet. */
export class FolderWatch {
  readonly #path: string;
  readonly #order: 'name' | 'mtime';
  readonly #withFolders: boolean;
  #seen: ReadonlyMap<string, Seen> = new Map();

  constructor(path: string, order: 'name' | 'mtime', withFolders: boolean) {
    this.#path = path;
    this.#order = order;
    this.#withFolders = withFolders;
  }

  /**
   * Images behind the marks, in order, that are the same as at the last look: a camera that still writes changes size
   * or time. Of each folder nothing behind the first image that is not whole, so that marks only move on.
   */
  async look(marks: FolderMarks): Promise<FolderImage[]> {
    const folders = this.#withFolders ? await this.#folders() : [''];
    const images = (await Promise.all(folders.map((folder) => this.#newImages(folder, marks[folder])))).flat();
    const before = this.#seen;
    this.#seen = new Map(images.map(({ image, size }) => [image.name, { size, mtimeMs: image.mtimeMs }]));
    const waiting = new Set<string>();
    const settled = images.filter(({ image, size }) => {
      const last = before.get(image.name);
      const isWhole = size > 0 && last?.size === size && last.mtimeMs === image.mtimeMs;
      if (!isWhole) waiting.add(image.folder);
      return !waiting.has(image.folder);
    });
    return settled.map(({ image }) => image).sort((a, b) => this.#compare(a, b));
  }

  async #folders(): Promise<string[]> {
    const entries = await readdir(this.#path, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.')).map(({ name }) => name);
  }

  async #newImages(
    folder: string,
    mark: FolderMarks[string] | undefined,
  ): Promise<{ image: FolderImage; size: number }[]> {
    const names = (await readdir(join(this.#path, folder))).filter(isImageName);
    const images: { image: FolderImage; size: number }[] = [];
    for (const file of names) {
      const name = folder === '' ? file : `${folder}/${file}`;
      // Names alone tell most of what was read; a large folder is not asked for each of its files.
      if (this.#order === 'name' && mark !== undefined && name <= mark.name) continue;
      const found = await look(join(this.#path, name));
      if (found === undefined) continue;
      const image = { name, folder, mtimeMs: found.mtimeMs };
      if (mark === undefined || this.#compare(image, { ...mark, folder }) > 0) images.push({ image, size: found.size });
    }
    return images.sort((a, b) => this.#compare(a.image, b.image));
  }

  #compare(a: FolderImage, b: FolderImage): number {
    if (this.#order === 'mtime' && a.mtimeMs !== b.mtimeMs) return a.mtimeMs - b.mtimeMs;
    return a.name < b.name ? -1 : Number(a.name > b.name);
  }
}

/** Hidden files are those that some programs write before they rename them. */
function isImageName(name: string): boolean {
  return !name.startsWith('.') && EXTENSIONS.has(extname(name).toLowerCase());
}

async function look(path: string): Promise<Seen | undefined> {
  try {
    const { size, mtimeMs } = await stat(path);
    return { size, mtimeMs };
  } catch {
    // Somebody took it away between two looks.
    return undefined;
  }
}
