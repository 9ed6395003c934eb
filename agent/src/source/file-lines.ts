import { type FileHandle, open, readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pause, type Time } from '../time.ts';
import { type Line, LineSplitter, TAIL_BYTES } from './line-splitter.ts';

/** Where the reading of a file continues. */
export interface FilePlace {
  readonly inode: string;
  /** Bytes from its beginning. */
  readonly offset: number;
  /** The bytes before `offset`, base64: another file may have got the same inode. */
  readonly tail: string;
}

/** One line, and the place behind it. */
export interface FileLine {
  readonly line: Line;
  readonly place: FilePlace;
}

/** How a file is read. */
export interface FileLinesOptions {
  readonly path: string;
  readonly follow: boolean;
  readonly from: 'beginning' | 'end';
  readonly maxLineBytes: number;
  readonly time: Time;
  readonly signal: AbortSignal;
}

interface OpenFile {
  readonly handle: FileHandle;
  readonly inode: string;
  readonly offset: number;
  /** Whether `path` names another file by now: this one gets no more lines. */
  readonly isOld: boolean;
}

const LOOK_MS = 250;
const CHUNK_BYTES = 64 * 1024;

/**
 * Lines of a file from a place on, until aborted; without `follow` until its end.
 *
 * A file that is followed may be rotated: by renaming it, in which case its rest is read first, also when that happened
 * while nobody read; or by emptying it.
 */
export async function* fileLines(
  options: FileLinesOptions,
  place: FilePlace | undefined,
): AsyncGenerator<FileLine, void> {
  let file = await openAt(options, place);
  while (!options.signal.aborted) {
    try {
      yield* linesOf(file, options);
    } finally {
      await file.handle.close();
    }
    if (!file.isOld && !options.follow) return;
    if (options.signal.aborted) return;
    file = await openNew(options);
  }
}

/** Lines of one file until it is rotated away, or, without `follow`, ends. */
async function* linesOf(file: OpenFile, options: FileLinesOptions): AsyncGenerator<FileLine, void> {
  const { handle, inode } = file;
  const { signal, time, maxLineBytes, follow } = options;
  let splitter = new LineSplitter(maxLineBytes, file.offset);
  let offset = file.offset;
  let isOld = file.isOld;
  const buffer = Buffer.alloc(CHUNK_BYTES);
  while (!signal.aborted) {
    const { bytesRead } = await handle.read(buffer, 0, CHUNK_BYTES, offset);
    offset += bytesRead;
    for (const line of splitter.push(buffer.subarray(0, bytesRead))) yield { line, place: placeOf(inode, line) };
    if (bytesRead > 0) continue;
    if (isOld || !follow) {
      const line = splitter.finish();
      if (line !== undefined) yield { line, place: placeOf(inode, line) };
      return;
    }
    const change = await changeOf(options.path, inode, offset);
    // What was written before the file was put aside may have come after the last look.
    if (change === 'rotated') isOld = true;
    else if (change === 'emptied') {
      offset = 0;
      splitter = new LineSplitter(maxLineBytes, 0);
    } else await pause(time, LOOK_MS, signal);
  }
}

async function changeOf(path: string, inode: string, offset: number): Promise<'rotated' | 'emptied' | 'none'> {
  const now = await look(path);
  // Between renaming a file and making its successor there is none.
  if (now === undefined) return 'none';
  if (now.inode !== inode) return 'rotated';
  return now.sizeBytes < offset ? 'emptied' : 'none';
}

async function openAt(options: FileLinesOptions, place: FilePlace | undefined): Promise<OpenFile> {
  if (place === undefined) return openNew(options, options.from);
  const { path, follow } = options;
  const candidates = [path, ...(follow ? await siblings(path) : [])];
  for (const candidate of candidates) {
    if ((await look(candidate))?.inode !== place.inode) continue;
    const handle = await open(candidate, 'r');
    const { offset } = place;
    if (await hasTail(handle, place)) return { handle, inode: place.inode, offset, isOld: candidate !== path };
    await handle.close();
  }
  return openNew(options);
}

async function openNew({ path }: FileLinesOptions, from: 'beginning' | 'end' = 'beginning'): Promise<OpenFile> {
  const handle = await open(path, 'r');
  const { ino, size } = await handle.stat({ bigint: true });
  return { handle, inode: String(ino), offset: from === 'end' ? Number(size) : 0, isOld: false };
}

/** Files that the file at `path` may have been renamed to. */
async function siblings(path: string): Promise<string[]> {
  const names = await readdir(dirname(path));
  return names.filter((name) => name.startsWith(basename(path))).map((name) => join(dirname(path), name));
}

async function hasTail(handle: FileHandle, { offset, tail }: FilePlace): Promise<boolean> {
  const expected = Buffer.from(tail, 'base64');
  const got = Buffer.alloc(expected.length);
  const { bytesRead } = await handle.read(got, 0, got.length, offset - got.length);
  return bytesRead === expected.length && got.equals(expected);
}

async function look(path: string): Promise<{ readonly inode: string; readonly sizeBytes: number } | undefined> {
  try {
    const { ino, size } = await stat(path, { bigint: true });
    return { inode: String(ino), sizeBytes: Number(size) };
  } catch {
    // It is gone; that it is missing for good is noticed when it is opened.
    return undefined;
  }
}

function placeOf(inode: string, { endOffset, tail }: Line): FilePlace {
  return { inode, offset: endOffset, tail: Buffer.from(tail.subarray(-TAIL_BYTES)).toString('base64') };
}
