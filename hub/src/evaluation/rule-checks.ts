import type { ClassMetrics, Metrics } from '../store/metrics/metrics.ts';
import type { GateRules } from '../store/recipe/gate-rules.ts';
import type { GateCheck } from './gate-check.ts';
import { percent } from './percent.ts';

/** Whether the figures reach what the recipe asks for; a figure that is asked for and not known is not reached. */
export function ruleChecks(metrics: Metrics, rules: GateRules, classes: readonly string[]): GateCheck[] {
  const { minAccuracy, minMacroF1, minF1 = {}, minRocAuc, minR2 } = rules;
  const of = metrics.task === 'regression' ? undefined : metrics;
  return [
    ...atLeast('accuracy', of?.accuracy, minAccuracy),
    ...atLeast('macro F1', of?.macroF1, minMacroF1),
    ...Object.entries(minF1).flatMap(([name, asked]) =>
      atLeast(`F1 of class ${JSON.stringify(name)}`, f1Of(of, classes.indexOf(name)), asked),
    ),
    ...atLeast('ROC-AUC', of?.rocAuc, minRocAuc),
    ...atLeast('R2', metrics.task === 'regression' ? metrics.r2 : undefined, minR2, (r2) => r2.toFixed(4)),
  ];
}

/** Of a class without held-out rows nothing is known. */
function f1Of(metrics: ClassMetrics | undefined, index: number): number | undefined {
  const figures = metrics?.perClass[index];
  return figures && figures.rows > 0 ? figures.f1 : undefined;
}

function atLeast(
  name: string,
  value: number | null | undefined,
  asked: number | undefined,
  text: (figure: number) => string = percent,
): GateCheck[] {
  if (asked === undefined) return [];
  if (value === null || value === undefined) {
    return [{ isMet: false, reason: `${name} is not known, ${text(asked)} asked for` }];
  }
  return [{ isMet: value >= asked, reason: `${name} ${text(value)} against ${text(asked)} asked for` }];
}
