import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { HubProblem } from '../errors.ts';
import { SAFETY_NET_MS } from './queries.ts';

const MOST_RETRIES = 2;

/** Keeps the hub's answers. A token that the hub stops knowing ends the session. */
export function createQueryClient(onRefused: (problem: HubProblem) => void): QueryClient {
  function watch(error: unknown) {
    if (error instanceof HubProblem && error.code === 'UNAUTHENTICATED') onRefused(error);
  }
  return new QueryClient({
    queryCache: new QueryCache({ onError: watch }),
    mutationCache: new MutationCache({ onError: watch }),
    defaultOptions: {
      queries: {
        refetchInterval: SAFETY_NET_MS,
        staleTime: 1_000,
        // The hub said no and will say no again; only a broken line is worth another try.
        retry: (failures, error) => !(error instanceof HubProblem) && failures < MOST_RETRIES,
      },
    },
  });
}
