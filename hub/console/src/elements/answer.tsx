import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ProblemNotice } from './problem-notice.tsx';

/** Shows what the hub answered; until then that it is being asked, or why there is no answer. */
export function Answer<T>({
  query,
  what,
  children,
}: {
  query: UseQueryResult<T>;
  what: string;
  children: (data: T) => ReactNode;
}) {
  if (query.data === undefined) {
    if (query.error) return <ProblemNotice error={query.error} onRetry={query.refetch} />;
    return (
      <p className="loading muted" role="status">
        Asking the hub for {what}…
      </p>
    );
  }
  return (
    <>
      {query.error ? <ProblemNotice error={query.error} onRetry={query.refetch} /> : null}
      {children(query.data)}
    </>
  );
}
