/** What a command sees of the world: everything a test replaces. */
export interface CliIo {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly fetch: typeof fetch;
  /** Whether a person watches standard error. */
  readonly isInteractive: boolean;
  /** Results. */
  out(text: string): void;
  /** Progress and errors. */
  err(text: string): void;
}

/** The real world. */
export const processIo: CliIo = {
  env: process.env,
  fetch: (input, init) => fetch(input, init),
  isInteractive: process.stderr.isTTY ?? false,
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
};

/**
 * 0: it was done. 1: it was refused, went wrong, or found what it was asked to look for. 2: the command line makes no
 * sense, or there is nothing to compare.
 */
export type ExitCode = 0 | 1 | 2;
