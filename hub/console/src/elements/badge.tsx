import type { ReactNode } from 'react';
import type { Tone } from './tone.ts';

/** A state in a word. */
export function Badge({ tone = 'plain', children, title }: { tone?: Tone; children: ReactNode; title?: string }) {
  return (
    <span className={`badge tone-${tone}`} title={title}>
      {children}
    </span>
  );
}
