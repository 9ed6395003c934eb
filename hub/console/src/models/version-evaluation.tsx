import type { ClassMetrics, NumberMetrics, TrainedVersion } from '@edgeloop/hub';
import { Figure } from '../elements/figure.tsx';
import { Panel } from '../elements/panel.tsx';
import { formatCount, formatPercent, formatScore, formatSignificant } from '../format/numbers.ts';
import { ClassFigures } from './class-figures.tsx';
import { ConfusionMatrix } from './confusion-matrix.tsx';

/** How good the float form is on rows it has never seen. */
export function VersionEvaluation({ version: { evaluation, classes } }: { version: TrainedVersion }) {
  return evaluation.task === 'regression' ? (
    <NumberEvaluation metrics={evaluation} />
  ) : (
    <ClassEvaluation metrics={evaluation} classes={classes} />
  );
}

function ClassEvaluation({ metrics, classes }: { metrics: ClassMetrics; classes: readonly string[] }) {
  const { accuracyLow, accuracyHigh, rocAuc } = metrics;
  const accuracy = (
    <Figure
      name="Accuracy"
      value={formatPercent(metrics.accuracy)}
      note={sureNote(formatPercent(accuracyLow), formatPercent(accuracyHigh))}
    />
  );
  const area = rocAuc === null ? null : <RocAuc metrics={metrics} />;
  return (
    <>
      <div className="figures">
        {metrics.task === 'anomaly' ? area : accuracy}
        {metrics.task === 'anomaly' ? accuracy : area}
        <Figure
          name="Balanced accuracy"
          value={formatPercent(metrics.balancedAccuracy)}
          note="mean recall of the classes"
        />
        <Figure name="Macro F1" value={formatScore(metrics.macroF1)} note="mean over the classes" />
        <Figure name="Log loss" value={formatScore(metrics.logLoss)} note="lower is better" />
        <Figure name="Held-out rows" value={formatCount(metrics.rows)} />
      </div>
      <Panel title="Classes">
        <ClassFigures perClass={metrics.perClass} classes={classes} />
      </Panel>
      <Panel title="Confusion matrix">
        <ConfusionMatrix confusion={metrics.confusion} classes={classes} />
      </Panel>
    </>
  );
}

function RocAuc({ metrics: { rocAuc, rocAucLow, rocAucHigh } }: { metrics: ClassMetrics }) {
  const note = sureNote(formatPercent(rocAucLow), formatPercent(rocAucHigh));
  return <Figure name="ROC-AUC" value={formatPercent(rocAuc)} note={note} />;
}

function NumberEvaluation({ metrics: { r2, r2Low, r2High, rmse, mae, rows } }: { metrics: NumberMetrics }) {
  return (
    <div className="figures">
      <Figure name="R²" value={formatScore(r2)} note={sureNote(formatScore(r2Low), formatScore(r2High))} />
      <Figure name="RMSE" value={formatSignificant(rmse)} note="root of the mean squared error" />
      <Figure name="MAE" value={formatSignificant(mae)} note="mean absolute error" />
      <Figure name="Held-out rows" value={formatCount(rows)} />
    </div>
  );
}

function sureNote(low: string, high: string): string {
  return `95 % sure: ${low} to ${high}`;
}
