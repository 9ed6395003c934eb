import type { ClassMetrics, Metrics, NumberMetrics } from '../store/metrics/metrics.ts';
import { wilsonInterval, Z_ONE_SIDED_95, Z_TWO_SIDED_95 } from '../store/metrics/wilson-interval.ts';
import type { GateCheck } from './gate-check.ts';
import { percent } from './percent.ts';
import { rocAucInterval } from './roc-auc-interval.ts';

/**
 * The share of false alarms among normal rows that were held out may be this many times what the threshold was set for:
 * held-out rows differ a little from those that the model and the threshold were made with.
 */
const MOST_FALSE_ALARMS = 3;

/** No threshold is held to less: what is set by some hundreds of rows cannot promise more. */
const SMALLEST_SHARE = 0.001;

/**
 * What a model must be able to do at all, with 95 % confidence: tell more than a guess that never looks at a row.
 *
 * @param falseAlarmShare share of normal rows that the threshold of a model of anomalies was meant to call anomalies
 */
export function betterThanGuess(metrics: Metrics, falseAlarmShare?: number): GateCheck[] {
  if (metrics.task === 'regression') return [tellsMoreThanMean(metrics)];
  if (metrics.task === 'classification') return [tellsMoreThanLargestClass(metrics)];
  return [...separatesAnomalies(metrics), ...keepsQuiet(metrics, falseAlarmShare)];
}

function tellsMoreThanLargestClass({ rows, accuracy, perClass }: ClassMetrics): GateCheck {
  const baseline = Math.max(...perClass.map((figures) => figures.rows)) / rows;
  const { low } = wilsonInterval(Math.round(accuracy * rows), rows, Z_ONE_SIDED_95);
  return {
    // With one class among the held-out rows nobody can beat the baseline.
    isMet: low > baseline || (baseline === 1 && accuracy === 1),
    reason: `accuracy ${percent(accuracy)} (95 % sure of ${percent(low)}) against ${percent(baseline)} for always the most frequent class`,
  };
}

function tellsMoreThanMean({ r2, r2Low }: NumberMetrics): GateCheck {
  const low = r2 - ((r2 - r2Low) * Z_ONE_SIDED_95) / Z_TWO_SIDED_95;
  return {
    isMet: low > 0,
    reason: `R2 ${r2.toFixed(4)} (95 % sure of ${low.toFixed(4)}) against 0 for always the mean`,
  };
}

function separatesAnomalies({ rocAuc, perClass }: ClassMetrics): GateCheck[] {
  const [normal = 0, anomalies = 0] = perClass.map(({ rows }) => rows);
  if (normal === 0) return [{ isMet: false, reason: 'there are no normal rows among the held-out rows to judge by' }];
  if (rocAuc === null) return [];
  const { low } = rocAucInterval(rocAuc, anomalies, normal, Z_ONE_SIDED_95);
  const of = `${anomalies} anomalies among ${anomalies + normal} rows`;
  return [
    {
      isMet: low > 0.5,
      reason: `ROC-AUC ${percent(rocAuc)} (95 % sure of ${percent(low)}) against 50.00 % for chance, ${of}`,
    },
  ];
}

/** Refuses only what is certainly too loud: a threshold for one row in a thousand needs more rows to be checked closely. */
function keepsQuiet({ confusion, perClass, rocAuc }: ClassMetrics, share: number | undefined): GateCheck[] {
  const [alarms, normal] = [confusion[0]?.[1] ?? 0, perClass[0]?.rows ?? 0];
  if (share === undefined || normal === 0) return [];
  const { low } = wilsonInterval(alarms, normal, Z_ONE_SIDED_95);
  const allowed = MOST_FALSE_ALARMS * Math.max(SMALLEST_SHARE, share);
  const unknown = rocAuc === null ? '; how many anomalies it finds is not known, as no held-out row is one' : '';
  return [
    {
      isMet: low <= allowed,
      reason: `${alarms} of ${normal} normal rows called anomalies (95 % sure of at least ${percent(low)}) against at most ${percent(allowed)}, ${MOST_FALSE_ALARMS} x what the threshold was set for${unknown}`,
    },
  ];
}
