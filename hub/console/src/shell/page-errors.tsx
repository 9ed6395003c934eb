import { Link } from '@tanstack/react-router';
import { PageHead } from '../elements/page-head.tsx';
import { ProblemNotice } from '../elements/problem-notice.tsx';

/** For an address that is no page. */
export function NoSuchPage() {
  return (
    <>
      <PageHead title="No such page" />
      <p>
        The console has no page at this address. Go to the <Link to="/">overview</Link>.
      </p>
    </>
  );
}

/** For a page that could not be shown. */
export function BrokenPage({ error, reset }: { error: unknown; reset: () => void }) {
  return (
    <>
      <PageHead title="This page could not be shown" />
      <ProblemNotice error={error} onRetry={reset} />
    </>
  );
}
