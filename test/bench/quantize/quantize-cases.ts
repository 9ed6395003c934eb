import { fileURLToPath } from 'node:url';
import type { BenchCase, BenchSample } from '../bench-case.ts';
import { EngineSide } from '../engine-side.ts';
import { FormFolder } from './form-files.ts';
import { integerInstructions } from './integer-instructions.ts';
import { type Peer, peersOf } from './peers.ts';
import { pythonQuantizer } from './python-quantizer.ts';
import type { Subject } from './subject.ts';
import { subjects } from './subjects.ts';

/**
 * Cases for each subject: its smaller form against its float form, and against what ONNX Runtime's own quantizer makes,
 * all on the same ONNX Runtime, one thread each.
 */
export async function quantizeCases(): Promise<BenchCase[]> {
  const python = pythonQuantizer();
  return subjects().flatMap((subject) => peersOf(subject, python).map((peer) => caseOf(subject, peer)));
}

function caseOf(subject: Subject, peer: Peer): BenchCase {
  const folder = new FormFolder(subject, peer);
  const ours = new FormSide(subject, folder, 'ours');
  const theirs = new FormSide(subject, folder, 'theirs');
  const skipped = subject.skipped ?? peer.skipped;
  let formNotes: string[] = [];
  return {
    ...{ bench: 'quantize', name: subject.name, peer: peer.name, unit: 'rows/s', better: 'higher' },
    ...{ goalRatio: peer.goalRatio, ...(skipped === undefined ? {} : { skipped }) },
    async ours() {
      const { sizeShare, note, isSame } = await folder.files();
      const notes = [note, isSame ? 'one file on both sides' : undefined];
      formNotes = [sizeSentence(peer, sizeShare), ...notes.filter((text) => text !== undefined)];
      return ours.round();
    },
    // Two processes with the same file differ by up to a twentieth.
    theirs: async () => ((await folder.files()).isSame ? ours : theirs).round(),
    notes: () => [...formNotes, `${subject.rows} a run`, integerInstructions()],
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
  readonly #form: 'ours' | 'theirs';
  #side: EngineSide | undefined;

  constructor(subject: Subject, folder: FormFolder, form: 'ours' | 'theirs') {
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

function sizeSentence({ goalShare }: Peer, share: number): string {
  const sentence = `size ${share.toFixed(3)} x`;
  return goalShare === undefined ? sentence : `${sentence} (goal ${goalShare} x)`;
}
