import type { RunView } from '@edgeloop/hub';
import { Badge } from '../elements/badge.tsx';
import { stateWord } from '../format/names.ts';
import { formatPercent } from '../format/numbers.ts';
import { isRunOver, RUN_TONES } from './run-words.ts';

/** The state of a run, with a bar while it is under way. */
export function RunProgress({ run }: { run: RunView }) {
  const share = run.progress?.share;
  return (
    <span className="nowrap">
      <Badge tone={RUN_TONES[run.state]}>{stateWord(run.state)}</Badge>
      {isRunOver(run) || share === undefined ? null : (
        <>
          {' '}
          <progress value={share} max={1} aria-label={`Progress of ${run.state}`} />{' '}
          <span className="muted small">{formatPercent(share)}</span>
        </>
      )}
    </span>
  );
}
