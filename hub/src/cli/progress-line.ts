import { Presets, SingleBar } from 'cli-progress';

/** One progress bar; shows nothing unless it is visible. */
export class ProgressLine {
  readonly #bar: SingleBar | undefined;

  constructor(title: string, isVisible: boolean) {
    if (!isVisible) return;
    const format = `${title} {bar} {percentage} % {stage}`;
    this.#bar = new SingleBar({ format, stream: process.stderr, hideCursor: true }, Presets.shades_classic);
    this.#bar.start(1000, 0, { stage: '' });
  }

  /** @param share 0 to 1 */
  show(share: number, stage = ''): void {
    this.#bar?.update(Math.round(1000 * Math.min(1, share)), { stage });
  }

  stop(): void {
    this.#bar?.stop();
  }
}
