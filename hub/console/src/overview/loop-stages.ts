import type {
  AlertRecord,
  DriftCheckRecord,
  RetrainingRecord,
  RolloutRecord,
  RunView,
  VersionRecord,
} from '@edgeloop/hub';
import type { Device, TelemetryPoint } from '../api/queries.ts';
import type { Tone } from '../elements/tone.ts';
import { counted, stateWord } from '../format/names.ts';
import { formatBytes, formatCompact, formatPercent, formatRate, formatScore, NO_FIGURE } from '../format/numbers.ts';
import { formatQuality, namedQualityText } from '../models/model-quality.ts';
import { smallestAccepted } from '../models/version-figures.ts';
import { DRIFT_TONES } from '../monitoring/drift-tones.ts';
import { groupBy } from '../monitoring/group-by.ts';
import { latestPoints, readingsPerSecond } from '../monitoring/latest-figures.ts';
import { mergeFigures } from '../monitoring/merged-figures.ts';
import { isRetrainingOver } from '../monitoring/retraining-words.ts';
import { isOver, ROLLOUT_TONES, waveText } from '../rollouts/rollout-words.ts';
import { isRunOver } from '../runs/run-words.ts';

/** What is known about one model's loop; what is not known yet is undefined or empty. */
export interface LoopFacts {
  readonly devices: readonly Device[];
  readonly points: readonly TelemetryPoint[];
  readonly storedWindows: number | undefined;
  readonly checks: readonly DriftCheckRecord[];
  readonly alerts: readonly AlertRecord[];
  readonly retrainings: readonly RetrainingRecord[];
  readonly runs: readonly RunView[];
  readonly champion: VersionRecord | undefined;
  readonly rollouts: readonly RolloutRecord[];
}

/** One stage of the loop at a glance. */
export interface LoopStage {
  readonly name: string;
  readonly page: '/fleet' | '/monitoring' | '/runs' | '/models' | '/rollouts';
  readonly figure: string;
  readonly note: string;
  readonly tone: Tone;
}

/** The loop in the order data goes round it. */
export function loopStages(facts: LoopFacts): readonly LoopStage[] {
  return [
    devicesStage(facts),
    telemetryStage(facts),
    accuracyStage(facts),
    driftStage(facts),
    retrainingStage(facts),
    versionStage(facts),
    rolloutStage(facts),
  ];
}

function devicesStage({ devices }: LoopFacts): LoopStage {
  const trusted = devices.filter(({ revokedMs }) => revokedMs === null);
  const online = trusted.filter((device) => device.online).length;
  const troubled = trusted.filter(({ reported }) => reported?.slots.some(({ problem }) => problem)).length;
  const tone = trusted.length === 0 ? 'plain' : online < trusted.length || troubled > 0 ? 'warn' : 'good';
  return {
    name: 'Devices',
    page: '/fleet',
    figure: `${online} / ${trusted.length}`,
    note: troubled > 0 ? `online; ${troubled} with a problem` : 'online',
    tone,
  };
}

function telemetryStage({ points, storedWindows }: LoopFacts): LoopStage {
  const rate = readingsPerSecond(latest(points));
  return {
    name: 'Telemetry',
    page: '/monitoring',
    figure: formatRate(rate),
    note: storedWindows === undefined ? 'readings' : `readings; ${formatCompact(storedWindows)} windows stored`,
    tone: rate === null ? 'plain' : 'good',
  };
}

function accuracyStage(facts: LoopFacts): LoopStage {
  const { trueAccuracy, estimatedAccuracy } = mergeFigures(latest(facts.points));
  return {
    name: 'Live accuracy',
    page: '/monitoring',
    figure: formatPercent(trueAccuracy ?? estimatedAccuracy),
    note: accuracyNote(facts, trueAccuracy, estimatedAccuracy),
    tone: 'plain',
  };
}

function accuracyNote({ champion }: LoopFacts, truth: number | null, estimate: number | null): string {
  if (champion?.evaluation?.task === 'regression') return 'none of a model that tells numbers';
  if (truth !== null) return `true; estimated ${formatPercent(estimate)}`;
  return estimate !== null ? 'estimated; no labels' : 'no readings';
}

function driftStage({ alerts, checks: [newest] }: LoopFacts): LoopStage {
  const open = alerts.filter(({ state }) => state === 'open').length;
  const worst = newest?.features[0];
  return {
    name: 'Drift',
    page: '/monitoring',
    figure: open > 0 ? counted(open, 'alert') : (newest?.level ?? NO_FIGURE),
    note: worst ? `worst: ${worst.name} ${formatScore(worst.psi)}` : 'nothing checked yet',
    tone: open > 0 ? 'bad' : newest === undefined ? 'plain' : DRIFT_TONES[newest.level],
  };
}

function retrainingStage({ retrainings: [newest], runs }: LoopFacts): LoopStage {
  const active = runs.find((run) => !isRunOver(run));
  const base = { name: 'Training', page: '/runs' } as const;
  if (active) {
    const share = active.progress ? formatPercent(active.progress.share) : 'waiting for a worker';
    return { ...base, figure: stateWord(active.state), note: share, tone: 'busy' };
  }
  if (newest && !isRetrainingOver(newest)) {
    return { ...base, figure: stateWord(newest.state), note: 'retraining', tone: 'busy' };
  }
  if (newest) {
    const { verdict } = newest;
    const note = verdict
      ? `${formatQuality(verdict.figure, verdict.champion)} → ${formatQuality(verdict.figure, verdict.challenger)}`
      : (newest.reason ?? 'last retraining');
    return { ...base, figure: stateWord(newest.state), note, tone: newest.state === 'done' ? 'good' : 'warn' };
  }
  return { ...base, figure: counted(runs.length, 'run'), note: 'no retraining yet', tone: 'plain' };
}

function versionStage({ champion }: LoopFacts): LoopStage {
  if (!champion) return { name: 'Champion', page: '/models', figure: NO_FIGURE, note: 'no version yet', tone: 'plain' };
  const variant = smallestAccepted(champion);
  const size = variant ? `, ${variant.name} ${formatBytes(variant.sizeBytes)}` : '';
  return {
    name: 'Champion',
    page: '/models',
    figure: `v${champion.version}`,
    note: `${namedQualityText(champion.evaluation)}${size}`,
    tone: 'good',
  };
}

function rolloutStage({ rollouts }: LoopFacts): LoopStage {
  const shown = rollouts.find(({ state }) => !isOver(state)) ?? rollouts[0];
  if (!shown) return { name: 'Rollout', page: '/rollouts', figure: NO_FIGURE, note: 'none yet', tone: 'plain' };
  return {
    name: 'Rollout',
    page: '/rollouts',
    figure: stateWord(shown.state),
    note: `v${shown.version}, ${waveText(shown)}`,
    tone: ROLLOUT_TONES[shown.state],
  };
}

function latest(points: readonly TelemetryPoint[]): readonly TelemetryPoint[] {
  return [...groupBy(points, ({ deviceId }) => deviceId).values()].flatMap(latestPoints);
}
