import { mkdir, readFile, rename, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { TensorSpec } from '@edgeloop/protocol';
import { describeError, OutsideError } from '../errors.ts';
import { pause, type Time } from '../time.ts';
import { type FolderImage, type FolderMarks, FolderWatch } from './folder-watch.ts';
import { ImageReader } from './image-reader.ts';
import type { Intake, Source } from './source.ts';
import type { ImageFolderConfig } from './source-config.ts';

/** How often a folder is looked at, unless told otherwise. */
export const DEFAULT_POLL_MS = 500;

const RETRY_MS = 5_000;
const ROOM_MS = 20;
// Enough to decode the next image while the model looks at this one; more would only take memory.
const MOST_OPEN = 4;

/** Gives each image of a folder as a reading, and continues behind the last one after a restart. */
export class ImageFolderSource implements Source {
  readonly #config: ImageFolderConfig;
  readonly #input: TensorSpec | undefined;
  readonly #time: Time;
  readonly #reader: ImageReader;
  readonly #open = new Set<Promise<void>>();
  #stopping = new AbortController();
  #finished: Promise<void> = Promise.resolve();

  /** @param input the image of the model; undefined when it takes none, or several */
  constructor(config: ImageFolderConfig, input: TensorSpec | undefined, time: Time) {
    this.#config = config;
    this.#input = input;
    this.#time = time;
    this.#reader = new ImageReader(config.maxPixels);
  }

  async start(intake: Intake, position: unknown): Promise<void> {
    this.#stopping = new AbortController();
    if (this.#input === undefined) {
      intake.fault('SOURCE_FAILED', `${this.#config.path}: expected a model with one image as input`);
      return;
    }
    this.#finished = this.#watch(intake, this.#input, marksOf(position));
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#finished;
  }

  async #watch(intake: Intake, input: TensorSpec, from: FolderMarks): Promise<void> {
    const { path, order = 'name', pollMs = DEFAULT_POLL_MS, labelFromFolder = false } = this.#config;
    const { signal } = this.#stopping;
    const folder = new FolderWatch(path, order, labelFromFolder);
    let marks = from;
    while (!signal.aborted) {
      let waitMs = pollMs;
      try {
        for (const image of await folder.look(marks)) {
          if (!(await this.#hasRoom(intake))) break;
          marks = { ...marks, [image.folder]: { name: image.name, mtimeMs: image.mtimeMs } };
          await this.#give(intake, input, image, marks);
        }
      } catch (error) {
        intake.fault('SOURCE_FAILED', describeError(error).message);
        waitMs = RETRY_MS;
      }
      await pause(this.#time, waitMs, signal);
    }
    await Promise.all(this.#open);
  }

  async #hasRoom(intake: Intake): Promise<boolean> {
    const { signal } = this.#stopping;
    while (intake.room < 1 && !signal.aborted) await pause(this.#time, ROOM_MS, signal);
    if (this.#open.size >= MOST_OPEN) await Promise.race(this.#open);
    return !signal.aborted;
  }

  /** An image that cannot be read is told and left where it is; the next one is not its fault. */
  async #give(intake: Intake, input: TensorSpec, image: FolderImage, marks: FolderMarks): Promise<void> {
    const path = join(this.#config.path, image.name);
    try {
      const row = await this.#reader.read(input, await readFile(path));
      const label = this.#config.labelFromFolder === true ? image.folder : undefined;
      const reading = { atMs: this.#time.nowMs(), fields: {}, tensors: { [input.name]: row }, label };
      const taken = intake.take({ ...reading, position: { images: marks } }).then(() => this.#putAway(intake, image));
      this.#open.add(taken);
      taken.finally(() => this.#open.delete(taken)).catch(() => undefined);
    } catch (error) {
      intake.fault('INPUT_INVALID', `${path}: ${describeError(error).message}`);
    }
  }

  async #putAway(intake: Intake, image: FolderImage): Promise<void> {
    const { path, after = 'keep' } = this.#config;
    if (after === 'keep') return;
    const from = join(path, image.name);
    try {
      if (after === 'delete') await unlink(from);
      else await move(from, join(after.moveTo, image.name));
    } catch (cause) {
      const error = new OutsideError('SOURCE_FAILED', `put ${from} away`, { cause });
      intake.fault('SOURCE_FAILED', describeError(error).message);
    }
  }
}

async function move(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await rename(from, to);
}

function marksOf(position: unknown): FolderMarks {
  const { images } = (position ?? {}) as { readonly images?: FolderMarks };
  return typeof images === 'object' && images !== null ? images : {};
}
