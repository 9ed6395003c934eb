import type { TrainedVersion } from '@edgeloop/hub';
import { Figure } from '../elements/figure.tsx';
import { Panel } from '../elements/panel.tsx';
import { formatCount, formatPercent, formatScore } from '../format/numbers.ts';
import { ConfusionMatrix } from './confusion-matrix.tsx';

/** How good the float form is on rows it has never seen. */
export function VersionEvaluation({ version: { evaluation, classes } }: { version: TrainedVersion }) {
  return (
    <>
      <div className="figures">
        <Figure
          name="Accuracy"
          value={formatPercent(evaluation.accuracy)}
          note={`95 % sure: ${formatPercent(evaluation.accuracyLow)} to ${formatPercent(evaluation.accuracyHigh)}`}
        />
        <Figure
          name="Balanced accuracy"
          value={formatPercent(evaluation.balancedAccuracy)}
          note="mean recall of the classes"
        />
        <Figure name="Macro F1" value={formatScore(evaluation.macroF1)} note="mean over the classes" />
        <Figure name="Log loss" value={formatScore(evaluation.logLoss)} note="lower is better" />
        <Figure name="Held-out rows" value={formatCount(evaluation.rows)} />
      </div>
      <Panel title="Confusion matrix">
        <ConfusionMatrix confusion={evaluation.confusion} classes={classes} />
      </Panel>
    </>
  );
}
