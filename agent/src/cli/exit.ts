import { AgentError, AgentUsageError, describeError } from '../errors.ts';

/** Exit codes of `edgeloop-agent`. */
export const EXIT = { ok: 0, failure: 1, usage: 2 } as const;

// What a person gave on the command line or wrote into a file.
const USAGE_CODES: ReadonlySet<string> = new Set(['USAGE', 'CONFIG_INVALID']);

/** Says what went wrong, for people or as JSON, and returns the exit code. */
export function explain(error: unknown, asJson: boolean, write: (text: string) => void): number {
  const { code, message } = describeError(error);
  write(asJson ? `${JSON.stringify({ error: { code, message } })}\n` : `edgeloop-agent: ${message} [${code}]\n`);
  if (!(error instanceof AgentError)) return EXIT.failure;
  return error instanceof AgentUsageError && USAGE_CODES.has(code) ? EXIT.usage : EXIT.failure;
}
