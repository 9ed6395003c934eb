import { useQuery } from '@tanstack/react-query';
import { Link, Outlet } from '@tanstack/react-router';
import { infoQuery } from '../api/queries.ts';
import { useLive } from '../live/live-updates.tsx';
import { useSession } from '../session/session-context.ts';
import { LiveStatus } from './live-status.tsx';

const PAGES = [
  { to: '/', name: 'Overview' },
  { to: '/fleet', name: 'Fleet' },
  { to: '/models', name: 'Models' },
  { to: '/runs', name: 'Runs' },
  { to: '/rollouts', name: 'Rollouts' },
  { to: '/monitoring', name: 'Monitoring' },
] as const;

/** What stands around every page. */
export function Shell() {
  const { hub, name, role, signOut } = useSession();
  const { status } = useLive();
  const info = useQuery(infoQuery(hub));
  return (
    <div className="shell">
      <a className="skip" href="#page">
        Skip to the page
      </a>
      <header className="top">
        <Link to="/" className="brand">
          <img src={`${import.meta.env.BASE_URL}favicon.svg`} alt="" width="22" height="22" />
          Edgeloop
        </Link>
        <LiveStatus />
        <span
          className="who muted"
          title={info.data ? `Hub ${info.data.hubId}, version ${info.data.version}` : undefined}
        >
          {name} · {role}
        </span>
        <button type="button" className="button quiet" onClick={() => signOut()}>
          Sign out
        </button>
      </header>
      <nav className="nav" aria-label="Pages">
        {PAGES.map(({ to, name: page }) => (
          <Link key={to} to={to} activeOptions={{ exact: to === '/' }}>
            {page}
          </Link>
        ))}
        <a className="nav-docs" href="/api/docs">
          API
        </a>
      </nav>
      <main id="page" className="page" tabIndex={-1}>
        {status === 'reconnecting' ? (
          <p className="notice warn" role="status">
            The line to the hub is broken. The page tries again by itself; until then the figures below may be old.
          </p>
        ) : null}
        <Outlet />
      </main>
    </div>
  );
}
