import { QueryClientProvider, useQuery } from '@tanstack/react-query';
import { type ReactNode, useMemo, useState } from 'react';
import { hubClient } from '../api/hub-client.ts';
import { callerQuery } from '../api/queries.ts';
import { createQueryClient } from '../api/query-client.ts';
import { HubProblem } from '../errors.ts';
import { SessionContext } from './session-context.ts';
import { forgetToken, keepToken } from './session-token.ts';
import { SignInPage } from './sign-in-page.tsx';

/** Shows its children to whoever the hub knows, and the sign-in page to everybody else. */
export function SessionGate({ initialToken, children }: { initialToken: string | undefined; children: ReactNode }) {
  const [token, setToken] = useState(initialToken);
  const [refusal, setRefusal] = useState<unknown>();

  function signIn(given: string) {
    keepToken(sessionStorage, given);
    setRefusal(undefined);
    setToken(given);
  }
  function signOut(reason?: unknown) {
    forgetToken(sessionStorage);
    setRefusal(reason);
    setToken(undefined);
  }

  if (token === undefined) return <SignInPage error={refusal} isChecking={false} onToken={signIn} />;
  return (
    // A new token starts with nothing that an older one has seen.
    <TokenSession key={token} token={token} onToken={signIn} onEnd={signOut}>
      {children}
    </TokenSession>
  );
}

interface TokenSessionProps {
  readonly token: string;
  readonly children: ReactNode;
  onToken(token: string): void;
  onEnd(reason?: unknown): void;
}

function TokenSession(props: TokenSessionProps) {
  const { onEnd } = props;
  const [client] = useState(() => createQueryClient(onEnd));
  return (
    <QueryClientProvider client={client}>
      <KnownCaller {...props} />
    </QueryClientProvider>
  );
}

function KnownCaller({ token, children, onToken, onEnd }: TokenSessionProps) {
  const hub = useMemo(() => hubClient(token), [token]);
  const caller = useQuery(callerQuery(hub));
  const session = useMemo(
    () => caller.data && { hub, token, name: caller.data.name, role: caller.data.role, signOut: () => onEnd() },
    [hub, token, caller.data, onEnd],
  );
  if (session) return <SessionContext value={session}>{children}</SessionContext>;
  const error = caller.error instanceof HubProblem && caller.error.status === 401 ? undefined : caller.error;
  return <SignInPage error={error} isChecking={caller.isFetching} onToken={onToken} />;
}
