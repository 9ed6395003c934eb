import type { ApiRole } from '@edgeloop/hub';
import { createContext, useContext } from 'react';
import type { HubClient } from '../api/hub-client.ts';
import { ImpossibleError } from '../errors.ts';

/** Who is signed in, and the hub as that token sees it. */
export interface Session {
  readonly hub: HubClient;
  readonly token: string;
  readonly name: string;
  readonly role: ApiRole;
  signOut(reason?: string): void;
}

export const SessionContext = createContext<Session | undefined>(undefined);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new ImpossibleError('a page was shown outside of a session');
  return session;
}

/** Whether the hub lets this role change the fleet and models. */
export function mayOperate(role: ApiRole): boolean {
  return role === 'admin' || role === 'operator';
}
