import { type FormEvent, useState } from 'react';
import { ProblemNotice } from '../elements/problem-notice.tsx';

/** Asks for an API token. */
export function SignInPage({
  error,
  isChecking,
  onToken,
}: {
  error: unknown;
  isChecking: boolean;
  onToken: (token: string) => void;
}) {
  const [token, setToken] = useState('');
  function submit(event: FormEvent) {
    event.preventDefault();
    if (token.trim() !== '') onToken(token.trim());
  }
  return (
    <main className="sign-in">
      <form className="panel sign-in-form" onSubmit={submit}>
        <h1>Edgeloop</h1>
        <p className="muted">Sign in with an API token of this hub. It is kept for this browser tab only.</p>
        <label htmlFor="token">API token</label>
        <input
          id="token"
          type="password"
          autoComplete="off"
          spellCheck={false}
          placeholder="elt_…"
          value={token}
          onChange={(event) => setToken(event.target.value)}
        />
        {error ? <ProblemNotice error={error} /> : null}
        <button type="submit" className="button primary" disabled={isChecking || token.trim() === ''}>
          {isChecking ? 'Asking the hub…' : 'Sign in'}
        </button>
        <p className="muted small">
          The hub prints the administrator token when it first starts and keeps it as <code>admin-token</code> in its
          data folder. For another one, run <code>edgeloop tokens create NAME --role viewer</code>.
        </p>
      </form>
    </main>
  );
}
