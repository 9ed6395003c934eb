const KEY = 'edgeloop-token';

/** The parts of the browser that this needs. */
export interface TokenPlaces {
  readonly storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
  readonly location: Pick<Location, 'hash' | 'pathname' | 'search'>;
  readonly history: Pick<History, 'replaceState' | 'state'>;
}

/**
 * The token of this tab: from the address when it brings one (`#token=…`), else the one kept before.
 *
 * A token in the address is taken out of it at once, so that it is not copied along with a link.
 */
export function readToken({ storage, location, history }: TokenPlaces): string | undefined {
  const brought = new URLSearchParams(location.hash.slice(1)).get('token');
  if (brought !== null) {
    history.replaceState(history.state, '', location.pathname + location.search);
    keepToken(storage, brought);
  }
  return storage.getItem(KEY) ?? undefined;
}

export function keepToken(storage: TokenPlaces['storage'], token: string): void {
  storage.setItem(KEY, token.trim());
}

export function forgetToken(storage: TokenPlaces['storage']): void {
  storage.removeItem(KEY);
}
