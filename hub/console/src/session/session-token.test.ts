import { describe, expect, test } from 'vitest';
import { forgetToken, keepToken, readToken } from './session-token.ts';

function browser(hash: string) {
  const kept = new Map<string, string>();
  const shown: string[] = [];
  return {
    shown,
    storage: {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
      removeItem: (key: string) => void kept.delete(key),
    },
    location: { hash, pathname: '/console/fleet', search: '?model=shuttle' },
    history: {
      state: null,
      replaceState: (_: unknown, __: string, url?: string | URL | null) => void shown.push(String(url)),
    },
  };
}

describe('readToken', () => {
  test('takes the token out of the address at once and keeps it for the tab', () => {
    const places = browser('#token=elt_abc');
    expect(readToken(places)).toBe('elt_abc');
    expect(places.shown).toEqual(['/console/fleet?model=shuttle']);
    expect(readToken({ ...places, location: { ...places.location, hash: '' } })).toBe('elt_abc');
  });

  test('leaves an address without a token alone', () => {
    const places = browser('#somewhere');
    expect(readToken(places)).toBeUndefined();
    expect(places.shown).toEqual([]);
  });

  test('a token is kept without the spaces it was pasted with, until it is forgotten', () => {
    const places = browser('');
    keepToken(places.storage, ' elt_abc\n');
    expect(readToken(places)).toBe('elt_abc');
    forgetToken(places.storage);
    expect(readToken(places)).toBeUndefined();
  });
});
