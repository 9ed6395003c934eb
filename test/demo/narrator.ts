import type { Writable } from 'node:stream';

/** Tells the story of the demo, one line per thing that happened, with the seconds since the start. */
export class Narrator {
  readonly #out: Writable;
  readonly #startMs: number;
  readonly #nowMs: () => number;

  constructor(out: Writable, nowMs: () => number) {
    this.#out = out;
    this.#nowMs = nowMs;
    this.#startMs = nowMs();
  }

  get elapsedSeconds(): number {
    return (this.#nowMs() - this.#startMs) / 1000;
  }

  chapter(number: number, title: string): void {
    this.#out.write(`\n${number}. ${title}\n`);
  }

  say(line: string): void {
    this.#out.write(`   ${this.elapsedSeconds.toFixed(1).padStart(5)} s  ${line}\n`);
  }

  plain(text: string): void {
    this.#out.write(`${text}\n`);
  }
}

/** 0.99731 -> "99.73 %" */
export function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}

/** Binary steps: "12.3 KiB". */
export function bytes(count: number): string {
  if (count < 1024) return `${count} B`;
  return count < 1024 ** 2 ? `${(count / 1024).toFixed(1)} KiB` : `${(count / 1024 ** 2).toFixed(1)} MiB`;
}
