import type { DriftCheckRecord, DriftLevel } from '@edgeloop/hub';
import { Badge } from '../elements/badge.tsx';
import { formatScore } from '../format/numbers.ts';
import { DRIFT_TONES } from './drift-tones.ts';
import { barShare, PSI_DRIFT, PSI_POSSIBLE } from './psi-scale.ts';

/** How far each feature moved away from what the version was trained on, largest first. */
export function PsiBars({ check }: { check: DriftCheckRecord }) {
  return (
    <>
      <ul className="psi">
        {check.features.map(({ name, psi, level }) => (
          <PsiBar key={name} name={name} psi={psi} level={level} />
        ))}
        <PsiBar name="predictions" psi={check.predictionPsi} level={undefined} />
      </ul>
      <p className="muted small">
        Population stability index against the reference of version {check.version}. Marks: {PSI_POSSIBLE} possible,{' '}
        {PSI_DRIFT} drift.
      </p>
    </>
  );
}

function PsiBar({ name, psi, level }: { name: string; psi: number; level: DriftLevel | undefined }) {
  const tone = level === undefined ? 'plain' : DRIFT_TONES[level];
  return (
    <li>
      <span className="psi-name">{name}</span>
      <span className="psi-track" aria-hidden="true">
        <span className={`psi-fill tone-${tone}`} style={{ width: `${barShare(psi) * 100}%` }} />
        <span className="psi-mark" style={{ left: `${barShare(PSI_POSSIBLE) * 100}%` }} />
        <span className="psi-mark" style={{ left: `${barShare(PSI_DRIFT) * 100}%` }} />
      </span>
      <span className="psi-value">{formatScore(psi)}</span>
      <span>{level === undefined ? null : <Badge tone={tone}>{level}</Badge>}</span>
    </li>
  );
}
