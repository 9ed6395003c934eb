/** How one class fares; the other classes together are what it is told from. */
export interface ClassFigures {
  /** Rows of this class. */
  readonly rows: number;
  /** Share of the rows called this that are; 0 where none are called this. */
  readonly precision: number;
  /** Share of the rows of this class that are called this; 0 without rows. */
  readonly recall: number;
  /** Harmonic mean of both. */
  readonly f1: number;
}

/** Figures of a form of a model that tells classes apart, or anomalies from what is normal, on one set of rows. */
export interface ClassMetrics {
  readonly task: 'classification' | 'anomaly';
  readonly rows: number;
  readonly accuracy: number;
  /** 95 % Wilson interval of accuracy. */
  readonly accuracyLow: number;
  readonly accuracyHigh: number;
  /** Mean of the classes' recalls; see `balancedAccuracy`. */
  readonly balancedAccuracy: number;
  readonly macroF1: number;
  readonly logLoss: number;
  /**
   * Area under the ROC curve: of the second of two classes; of more the mean over the classes that occur, each against
   * all others. Null when only one class occurs, and in records from before it was measured.
   */
  readonly rocAuc: number | null;
  /** 95 % interval of `rocAuc`. */
  readonly rocAucLow: number | null;
  readonly rocAucHigh: number | null;
  /** In the order of the classes. */
  readonly perClass: readonly ClassFigures[];
  /** [true class][predicted class], in the order of the classes. */
  readonly confusion: readonly (readonly number[])[];
}

/** Figures of a form of a model that tells a number, on one set of rows; errors are in the unit of that number. */
export interface NumberMetrics {
  readonly task: 'regression';
  readonly rows: number;
  /** Root of the mean squared error. */
  readonly rmse: number;
  /** Mean absolute error. */
  readonly mae: number;
  /** Share of the variance of the true values that is told: 1 is perfect, 0 no better than their mean. */
  readonly r2: number;
  /** 95 % interval of `r2`. */
  readonly r2Low: number;
  readonly r2High: number;
}

export type Metrics = ClassMetrics | NumberMetrics;

/** The one figure that models of a task are judged by: higher is better, 1 is perfect. */
export type QualityFigure = 'accuracy' | 'rocAuc' | 'r2';

/** Of anomalies the area under the ROC curve where anomalies were among the rows, else the share that is right. */
export function qualityFigure(metrics: Metrics): QualityFigure {
  if (metrics.task === 'regression') return 'r2';
  return metrics.task === 'anomaly' && metrics.rocAuc !== null ? 'rocAuc' : 'accuracy';
}

/** Value of `qualityFigure`. */
export function quality(metrics: Metrics): number {
  if (metrics.task === 'regression') return metrics.r2;
  return metrics.task === 'anomaly' ? (metrics.rocAuc ?? metrics.accuracy) : metrics.accuracy;
}
