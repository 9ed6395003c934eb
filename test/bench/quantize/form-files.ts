import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { feedsFile } from './feeds-file.ts';
import type { Peer } from './peers.ts';
import type { Subject } from './subject.ts';

/** Where the processes of both sides find what they run. */
export interface FormFiles {
  readonly ours: string;
  readonly theirs: string;
  readonly feeds: string;
  readonly note: string | undefined;
  /** Nothing better was found than what there was. */
  readonly isSame: boolean;
  /** Bytes of our form as a share of theirs. */
  readonly sizeShare: number;
}

/** The files of one subject and one peer, which are made when they are first needed. */
export class FormFolder {
  readonly #subject: Subject;
  readonly #peer: Peer;
  #files: Promise<FormFiles> | undefined;
  #folder: string | undefined;

  constructor(subject: Subject, peer: Peer) {
    this.#subject = subject;
    this.#peer = peer;
  }

  files(): Promise<FormFiles> {
    this.#files ??= this.#write();
    return this.#files;
  }

  async remove(): Promise<void> {
    if (this.#folder !== undefined) await rm(this.#folder, { recursive: true });
  }

  async #write(): Promise<FormFiles> {
    const folder = await mkdtemp(join(tmpdir(), 'edgeloop-bench-'));
    this.#folder = folder;
    const { ours, theirs, note } = await this.#peer.pair();
    const paths = {
      ours: join(folder, 'ours.onnx'),
      theirs: join(folder, 'theirs.onnx'),
      feeds: join(folder, 'feeds.json'),
    };
    await writeFile(paths.ours, ours);
    await writeFile(paths.theirs, theirs);
    await writeFile(paths.feeds, feedsFile(await this.#subject.feeds()));
    const isSame = Buffer.compare(ours, theirs) === 0;
    return { ...paths, note, isSame, sizeShare: ours.length / theirs.length };
  }
}
