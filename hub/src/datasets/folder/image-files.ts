import type { ArchiveFile } from '../../archive/read-archive.ts';
import { RequestError } from '../../errors.ts';
import { type ImageColumn, imageBytes } from '../../store/table.ts';
import { decodeImage, type ImageSize, imageSize } from './decode-image.ts';
import { BrokenFiles, type FolderFiles, type FolderOptions, filesOf } from './folder-files.ts';

const IMAGE_NAME = /\.(png|jpe?g|webp|gif|tiff?|avif)$/i;
const LABELS_FILE = 'labels.csv';
/** Images that are decoded at once; each may take as much memory as `MOST_PIXELS` says. */
const AT_ONCE = 4;

interface Survey {
  readonly sizes: ReadonlyMap<string, ImageSize>;
  readonly labels: Uint8Array | undefined;
  readonly others: number;
}

/**
 * Reads the images of an archive, all in one size.
 *
 * @throws OutsideError DATA_INVALID naming the file; RequestError TOO_LARGE when their pixels take too much memory
 */
export async function readImages(archive: Uint8Array, options: FolderOptions): Promise<FolderFiles> {
  const broken = new BrokenFiles(options);
  // Read twice, as the size of all is known only when each has been seen.
  const { sizes, labels, others } = await survey(archive, options, broken);
  const all = [...sizes.keys()].sort();
  const size = commonSize([...sizes.values()], options);
  checkMemory(all.length, size, options);
  const pixels = new Uint8Array(all.length * imageBytes(size));
  await decodeAll(archive, new Map(all.map((path, row) => [path, row])), { size, pixels }, options, broken);
  const skipped = new Set(broken.paths);
  const rows = new Map(all.map((path, row) => [path, row]));
  return {
    paths: all.filter((path) => !skipped.has(path)),
    broken: broken.paths,
    others,
    labels,
    column: (paths) => pickImages(paths, rows, { kind: 'image', name: 'image', ...size, pixels }),
  };
}

async function survey(archive: Uint8Array, options: FolderOptions, broken: BrokenFiles): Promise<Survey> {
  const sizes = new Map<string, ImageSize>();
  let labels: Uint8Array | undefined;
  let others = 0;
  for await (const { path, bytes } of filesOf(archive, options.limits)) {
    if (path.split('/').at(-1) === LABELS_FILE) labels ??= bytes;
    else if (!IMAGE_NAME.test(path)) others++;
    else {
      const size = await broken.reading(path, () => imageSize(bytes));
      if (size) sizes.set(path, size);
    }
  }
  return { sizes, labels, others };
}

/** The size asked for, else the one that most images have; of equally frequent ones the smaller. */
function commonSize(sizes: readonly ImageSize[], options: FolderOptions): ImageSize {
  const { channels = sizes.every((size) => size.channels === 1) ? 1 : 3 } = options;
  if (options.imageSize) return { ...options.imageSize, channels };
  const counts = new Map<string, { readonly size: ImageSize; count: number }>();
  for (const size of sizes) {
    const key = `${size.height}x${size.width}`;
    const known = counts.get(key);
    if (known) known.count++;
    else counts.set(key, { size, count: 1 });
  }
  const area = ({ height, width }: ImageSize): number => height * width;
  const [most] = [...counts.values()].sort((a, b) => b.count - a.count || area(a.size) - area(b.size));
  return { ...(most?.size ?? { height: 1, width: 1 }), channels };
}

function checkMemory(images: number, size: ImageSize, { limits: { maxUnpackedBytes } }: FolderOptions): void {
  const sizeBytes = images * imageBytes(size);
  if (sizeBytes <= maxUnpackedBytes) return;
  const message = `${images} images of ${size.height} x ${size.width} x ${size.channels} take ${sizeBytes} bytes, and ${maxUnpackedBytes} are allowed: ask for a smaller size`;
  throw new RequestError('TOO_LARGE', message, { details: { maxBytes: maxUnpackedBytes, ...size } });
}

interface Decoded {
  readonly size: ImageSize;
  readonly pixels: Uint8Array;
}

async function decodeAll(
  archive: Uint8Array,
  rows: ReadonlyMap<string, number>,
  { size, pixels }: Decoded,
  options: FolderOptions,
  broken: BrokenFiles,
): Promise<void> {
  const decodeOne = async ({ path, bytes }: ArchiveFile): Promise<void> => {
    const row = rows.get(path);
    if (row === undefined) return;
    const image = await broken.reading(path, () => decodeImage(bytes, size));
    if (image) pixels.set(image, row * imageBytes(size));
  };
  let batch: ArchiveFile[] = [];
  for await (const file of filesOf(archive, options.limits)) {
    batch.push(file);
    if (batch.length < AT_ONCE) continue;
    await Promise.all(lastOfEach(batch).map(decodeOne));
    batch = [];
  }
  await Promise.all(lastOfEach(batch).map(decodeOne));
}

/** An archive may have a path again: the later file replaces the earlier one, which must not be ready after it. */
function lastOfEach(files: readonly ArchiveFile[]): ArchiveFile[] {
  return [...new Map(files.map((file) => [file.path, file])).values()];
}

function pickImages(
  paths: readonly (string | null)[],
  rows: ReadonlyMap<string, number>,
  column: ImageColumn,
): ImageColumn {
  const places = paths.map((path) => rows.get(path ?? '') ?? -1);
  const bytes = imageBytes(column);
  const isAll = places.length === rows.size && places.every((place, row) => place === row);
  if (isAll) return column;
  const pixels = new Uint8Array(places.length * bytes);
  for (const [row, place] of places.entries()) {
    if (place >= 0) pixels.set(column.pixels.subarray(place * bytes, (place + 1) * bytes), row * bytes);
  }
  return { ...column, pixels };
}
