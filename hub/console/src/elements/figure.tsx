import type { ReactNode } from 'react';
import type { Tone } from './tone.ts';

/** One large figure with what it is. */
export function Figure({
  name,
  value,
  note,
  tone = 'plain',
}: {
  name: string;
  value: ReactNode;
  note?: ReactNode;
  tone?: Tone;
}) {
  return (
    <div className="figure">
      <div className="figure-name">{name}</div>
      <div className={`figure-value tone-${tone}`}>{value}</div>
      {note ? <div className="figure-note">{note}</div> : null}
    </div>
  );
}
