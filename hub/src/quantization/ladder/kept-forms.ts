import type { JudgedForm } from './form-judge.ts';

interface Kept {
  readonly judged: JudgedForm;
  readonly bytes: Uint8Array;
}

/** Bytes of the forms that a search may end with: accepted ones, and of each name the refused one that loses least. */
export class KeptForms {
  readonly #accepted = new Map<string, Kept>();
  readonly #refused = new Map<string, Kept>();
  readonly #acceptedNames = new Set<string>();

  /** Number of forms whose bytes are kept. */
  get count(): number {
    return this.#accepted.size + this.#refused.size;
  }

  /** @param name of the variant that it would be */
  offer(name: string, judged: JudgedForm, bytes: Uint8Array): void {
    if (judged.misses.length === 0) {
      this.#accepted.set(judged.digest, { judged, bytes });
      this.#acceptedNames.add(name);
      this.#refused.delete(name);
      return;
    }
    const best = this.#refused.get(name);
    if (!this.#acceptedNames.has(name) && (best === undefined || dropOf(judged) < dropOf(best.judged))) {
      this.#refused.set(name, { judged, bytes });
    }
  }

  /** Undefined where another one was kept in its place. */
  bytesOf({ digest }: JudgedForm): Uint8Array | undefined {
    const kept =
      this.#accepted.get(digest) ?? [...this.#refused.values()].find(({ judged }) => judged.digest === digest);
    return kept?.bytes;
  }
}

function dropOf({ standing }: JudgedForm): number {
  return standing.quality.drop;
}
