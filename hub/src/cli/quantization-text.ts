import type { FormQuality, LadderStep, ProfileClass, QuantizationReport } from '../store/quantization-report.ts';
import { renderFields, renderTable } from './table.ts';
import { bytes, percent } from './words.ts';

/** More nodes than these are counted only; JSON has all of them. */
const MOST_NODES = 3;

const FIGURES: Readonly<Record<FormQuality['figure'], string>> = {
  accuracy: 'accuracy',
  rocAuc: 'ROC-AUC',
  r2: 'R2',
  agreement: 'agreement with float32',
};

/** Everything that was tried to make a model smaller, for people. */
export function quantizationText(report: QuantizationReport): string {
  const { float, calibration, measuredOn, notes } = report;
  const rows = calibration.source === 'none' ? 'no rows' : rowsText(calibration.rows);
  const sets = measuredOn.instructionSets.join(', ') || 'no instruction set that matters';
  const head = renderFields({
    goals: goalsText(report.goals),
    float32: `${bytes(float.sizeBytes)}, ${FIGURES[float.quality.figure]} ${valueText(float.quality)} on ${rowsText(float.quality.rows)}, ${milliseconds(float.p50Ms)}`,
    calibration: rows,
    'measured on': `${measuredOn.cpu} (${sets}), ${measuredOn.engine}, one thread`,
  });
  const told = notes.map((note) => `note: ${note}\n`).join('');
  return [`${head}${told}`, ...classTexts(report)].join('\n');
}

/** Classes for which the same was tried with the same end are told together. */
function classTexts({ classes, float }: QuantizationReport): string[] {
  const heads = new Map<string, string[]>();
  for (const entry of classes) {
    const text = searchText(entry, float.sizeBytes);
    const profiles = entry.profiles.length === 0 ? 'every profile' : entry.profiles.join(', ');
    heads.set(text, [...(heads.get(text) ?? []), `${entry.name}: ${profiles}\n`]);
  }
  return [...heads].map(([text, names]) => `${names.join('')}${text}`);
}

/** 'at most 0.50 points and 1 % of accuracy less, smaller, 1 x the time' */
export function goalsText({
  maxAccuracyDrop,
  maxRelativeDrop,
  maxSizeShare,
  maxLatencyShare,
}: QuantizationReport['goals']): string {
  const drops = [
    ...(maxAccuracyDrop < 1 ? [`${(100 * maxAccuracyDrop).toFixed(2)} points`] : []),
    ...(maxRelativeDrop < 1 ? [`${number(100 * maxRelativeDrop)} % of what float32 has`] : []),
  ];
  return [
    drops.length === 0 ? 'any drop' : `a drop of at most ${drops.join(' and ')}`,
    maxSizeShare === undefined ? 'smaller than float32' : `at most ${number(maxSizeShare)} x the size`,
    `at most ${number(maxLatencyShare)} x the time`,
  ].join(', ');
}

function searchText({ chosen, why, order, steps }: ProfileClass, floatBytes: number): string {
  const columns = [
    ['RUNG', (step: LadderStep) => step.rung],
    ['SIZE', (step: LadderStep) => step.sizeBytes && bytes(step.sizeBytes)],
    ['SHARE', (step: LadderStep) => step.sizeBytes && `${(step.sizeBytes / floatBytes).toFixed(2)} x`],
    ['QUALITY', (step: LadderStep) => step.quality && valueText(step.quality)],
    ['DROP (95 % SURE)', (step: LadderStep) => step.quality && dropText(step.quality)],
    ['P50', (step: LadderStep) => step.p50Ms && milliseconds(step.p50Ms)],
    ['RATIO', (step: LadderStep) => ratioText(step)],
    ['VERDICT', (step: LadderStep) => (step.accepted ? 'accepted' : 'refused')],
    ['WHY', (step: LadderStep) => whyText(step)],
  ] as const;
  const fields = renderFields({ chosen, why, order: order.join(', '), ...floatFields(steps) });
  return `${renderTable(steps, columns, 'no smaller form was tried')}${fields}`;
}

/** A share in per cent; R2, which is none, as it is told elsewhere. */
function valueText({ figure, value }: FormQuality): string {
  return figure === 'r2' ? value.toFixed(4) : `${percent(value)}`;
}

/** Points, with the interval in which the true drop lies. */
function dropText({ figure, drop, dropLow, dropHigh }: FormQuality): string {
  if (figure === 'r2') return `${drop.toFixed(4)} (${dropLow.toFixed(4)} to ${dropHigh.toFixed(4)})`;
  const points = (share: number): string => (100 * share).toFixed(2);
  return `${points(drop)} pt (${points(dropLow)} to ${points(dropHigh)})`;
}

/** The share that decided; older reports have only the medians. */
function ratioText({ p50Ms, floatP50Ms, latencyShare }: LadderStep): string | null {
  if (p50Ms === null) return null;
  const share = latencyShare ?? (floatP50Ms ? p50Ms / floatP50Ms : null);
  return share === null ? null : `${share.toFixed(2)} x`;
}

/** What decided; the figures of goals that are met stand in the other columns. */
function whyText({ accepted, reasons }: LadderStep): string {
  const deciding = reasons.filter((reason) => /^not /.test(reason));
  return accepted || deciding.length === 0 ? 'meets the goals' : deciding.join('; ');
}

/** Nodes that stay in float in the forms that were accepted, or, without any, in all that were tried. */
function floatFields(steps: readonly LadderStep[]): Record<string, string> {
  const accepted = steps.filter((step) => step.accepted);
  const told = accepted.length > 0 ? accepted : steps;
  const formats = [...new Set(told.filter(({ inFloat }) => inFloat.length > 0).map(({ format }) => format))];
  return Object.fromEntries(
    formats.map((format) => [`in float, ${format}`, reasonsText(told.filter((step) => step.format === format))]),
  );
}

function reasonsText(steps: readonly LadderStep[]): string {
  const byReason = new Map<string, Set<string>>();
  for (const { node, operator, reason } of steps.flatMap(({ inFloat }) => inFloat)) {
    // What was measured of each node stands behind a colon.
    const [kind = ''] = reason.split(': ');
    byReason.set(kind, (byReason.get(kind) ?? new Set()).add(`${node} (${operator})`));
  }
  const told = [...byReason].map(([kind, nodes]) => {
    const others = nodes.size > MOST_NODES ? ` and ${nodes.size - MOST_NODES} more` : '';
    return `${[...nodes].slice(0, MOST_NODES).join(', ')}${others}: ${kind}`;
  });
  return told.join('; ');
}

function rowsText(rows: number): string {
  return `${rows} ${rows === 1 ? 'row' : 'rows'}`;
}

function milliseconds(ms: number): string {
  return `${ms.toPrecision(3)} ms`;
}

function number(value: number): string {
  return String(Number(value.toPrecision(3)));
}
