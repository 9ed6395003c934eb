import { fileURLToPath } from 'node:url';
import type { BenchCase, BenchSample } from '../bench-case.ts';
import { EngineSide } from '../engine-side.ts';
import { FormFolder } from './form-files.ts';
import { integerInstructions } from './integer-instructions.ts';
import type { Subject } from './subject.ts';
import { subjects } from './subjects.ts';

/** A case for each subject: its smaller form against its float form, both on the same ONNX Runtime, one thread each. */
export async function quantizeCases(): Promise<BenchCase[]> {
  return subjects().map(caseOf);
}

function caseOf(subject: Subject): BenchCase {
  const { name, goalRatio, skipped } = subject;
  const folder = new FormFolder(subject);
  const ours = new FormSide(subject, folder, 'smaller');
  const theirs = new FormSide(subject, folder, 'float');
  let sizeNote = '';
  return {
    ...{ bench: 'quantize', name, peer: 'float', unit: 'rows/s', better: 'higher', goalRatio },
    ...(skipped === undefined ? {} : { skipped }),
    async ours() {
      sizeNote = sizeSentence(subject, (await folder.files()).sizes);
      return ours.round();
    },
    theirs: () => theirs.round(),
    notes: () => [sizeNote, `${subject.rows} a run`, integerInstructions()],
    async close() {
      ours.stop();
      theirs.stop();
      await folder.remove();
    },
  };
}

/** A process that runs one form of a subject. */
class FormSide {
  readonly #subject: Subject;
  readonly #folder: FormFolder;
  readonly #form: 'float' | 'smaller';
  #side: EngineSide | undefined;

  constructor(subject: Subject, folder: FormFolder, form: 'float' | 'smaller') {
    this.#subject = subject;
    this.#folder = folder;
    this.#form = form;
  }

  async round(): Promise<BenchSample> {
    const files = await this.#folder.files();
    const program = fileURLToPath(new URL('form-runner.js', import.meta.url));
    this.#side ??= new EngineSide([process.execPath, program, files[this.#form], files.feeds], this.#subject.rows);
    return this.#side.round();
  }

  stop(): void {
    this.#side?.stop();
  }
}

function sizeSentence({ goalShare }: Subject, sizes: { readonly float: number; readonly smaller: number }): string {
  const share = `size ${(sizes.smaller / sizes.float).toFixed(3)} x`;
  return goalShare === undefined ? share : `${share} (goal ${goalShare} x)`;
}
