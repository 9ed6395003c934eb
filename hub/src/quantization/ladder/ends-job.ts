import { HubError } from '../../errors.ts';

/** Whether an error ends the whole job; any other ends only what was tried. */
export function endsJob(error: unknown, signal: AbortSignal | undefined): boolean {
  if (signal?.aborted) return true;
  return error instanceof HubError && ['CANCELLED', 'LEASE_LOST', 'UNREACHABLE'].includes(error.code);
}
