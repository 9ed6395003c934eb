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
