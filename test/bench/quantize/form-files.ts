import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GraphBuilder, writeModel } from '@edgeloop/onnx';
import type { Feeds, Forms, Subject } from './subject.ts';

/** Where the processes of both sides find what they run. */
export interface FormFiles {
  readonly float: string;
  readonly smaller: string;
  readonly feeds: string;
  readonly sizes: { readonly float: number; readonly smaller: number };
}

/** The files of one subject, which are made when they are first needed. */
export class FormFolder {
  readonly #subject: Subject;
  #files: Promise<FormFiles> | undefined;
  #folder: string | undefined;

  constructor(subject: Subject) {
    this.#subject = subject;
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
    const forms: Forms = await this.#subject.forms();
    const paths = {
      float: join(folder, 'float.onnx'),
      smaller: join(folder, 'smaller.onnx'),
      feeds: join(folder, 'feeds.onnx'),
    };
    await writeFile(paths.float, forms.float);
    await writeFile(paths.smaller, forms.smaller);
    await writeFile(paths.feeds, feedsFile(await this.#subject.feeds()));
    return { ...paths, sizes: { float: forms.float.length, smaller: forms.smaller.length } };
  }
}

/** Tensors in a file: a model that has nothing but constants. */
function feedsFile(feeds: Feeds): Uint8Array {
  const graph = new GraphBuilder({ name: 'feeds' });
  for (const [name, value] of Object.entries(feeds)) graph.initializer(name, value);
  return writeModel(graph.build());
}
