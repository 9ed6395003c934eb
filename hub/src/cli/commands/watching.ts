import { type Command, Option } from 'commander';
import type { AlertRecord, DriftCheckRecord } from '../../store/alert-store.ts';
import type { CliIo } from '../cli-io.ts';
import { command, group, nameAndVersion, Session, wholeNumber } from '../session.ts';
import { decimals, percent, time } from '../words.ts';

interface Point {
  readonly deviceId: string;
  readonly version: number;
  readonly fromMs: number;
  readonly windows: number;
  readonly readings: number;
  readonly errors: number;
  readonly trueAccuracy: number | null;
  readonly estimatedAccuracy: number | null;
  readonly latencyP50Ms: number | null;
  readonly latencyP95Ms: number | null;
}

/** `edgeloop telemetry`, `edgeloop drift` and `edgeloop alerts`. */
export function watchingCommands(io: CliIo): Command[] {
  const telemetry = group('telemetry', 'What devices report of their models.')
    .addCommand(series(io), { isDefault: true })
    .addCommand(totals(io));
  const alerts = group('alerts', 'What needs somebody to look.').addCommand(listAlerts(io)).addCommand(resolve(io));
  return [telemetry, drift(io), alerts];
}

function series(io: CliIo): Command {
  return command('show', 'Show readings, accuracy and latency of a model over time.')
    .argument('<model>', 'NAME or NAME@VERSION', nameAndVersion)
    .option('--device <ID>', 'only this device')
    .addOption(new Option('--step <STEP>', 'resolution').choices(['raw', 'minute', 'hour']).default('minute'))
    .option('--last <MINUTES>', 'how far back', wholeNumber(1), 60)
    .addHelpText('after', '\nExample:\n  $ edgeloop telemetry shuttle --last 10')
    .action(async ({ name, version }: { name: string; version?: number }, options) => {
      const session = new Session(io, options);
      const answer = await session.api.get<{ series: Point[] }>('/telemetry', {
        model: name,
        version,
        device: options.device,
        step: options.step,
        from: Date.now() - options.last * 60_000,
      });
      const columns = [
        ['FROM', (point: Point) => time(point.fromMs)],
        ['DEVICE', (point: Point) => point.deviceId],
        ['VERSION', (point: Point) => point.version],
        ['WINDOWS', (point: Point) => point.windows],
        ['READINGS', (point: Point) => point.readings],
        ['ERRORS', (point: Point) => point.errors],
        ['TRUE ACCURACY', (point: Point) => percent(point.trueAccuracy)],
        ['ESTIMATED', (point: Point) => percent(point.estimatedAccuracy)],
        ['P50 MS', (point: Point) => decimals(point.latencyP50Ms, 3)],
        ['P95 MS', (point: Point) => decimals(point.latencyP95Ms, 3)],
      ] as const;
      session.answerTable(answer, answer.series, columns, 'no telemetry in this time');
    });
}

function totals(io: CliIo): Command {
  return command('totals', 'Show what was stored in all, and what ingest did since the hub started.').action(
    async (options) => {
      const session = new Session(io, options);
      const answer = await session.api.get<Record<string, number>>('/telemetry/totals');
      const columns = [
        ['WHAT', ([name]: [string, number]) => name],
        ['COUNT', ([, count]: [string, number]) => count],
      ] as const;
      session.answerTable(answer, Object.entries(answer), columns, 'nothing');
    },
  );
}

function drift(io: CliIo): Command {
  return command('drift', 'Show the newest drift checks of a model.')
    .argument('<model>')
    .option('--limit <CHECKS>', 'how many', wholeNumber(1, 1_000), 20)
    .action(async (model: string, options) => {
      const session = new Session(io, options);
      const path = `/models/${encodeURIComponent(model)}/drift`;
      const answer = await session.api.get<{ checks: DriftCheckRecord[] }>(path, { limit: options.limit });
      const columns = [
        ['WHEN', (check: DriftCheckRecord) => time(check.atMs)],
        ['VERSION', (check: DriftCheckRecord) => check.version],
        ['LEVEL', (check: DriftCheckRecord) => check.level],
        ['READINGS', (check: DriftCheckRecord) => check.readings],
        ['MOST DRIFTED', (check: DriftCheckRecord) => mostDrifted(check)],
        ['PREDICTIONS', (check: DriftCheckRecord) => decimals(check.predictionPsi, 3)],
        ['TRUE ACCURACY', (check: DriftCheckRecord) => percent(check.trueAccuracy)],
        ['ESTIMATED', (check: DriftCheckRecord) => percent(check.estimatedAccuracy)],
      ] as const;
      session.answerTable(answer, answer.checks, columns, 'no drift checks yet');
    });
}

function mostDrifted({ features }: DriftCheckRecord): string | null {
  const [first] = features;
  return first === undefined ? null : `${first.name} ${first.psi.toFixed(3)}`;
}

function listAlerts(io: CliIo): Command {
  return command('list', 'List alerts, newest first.')
    .option('--model <NAME>', 'only of this model')
    .addOption(new Option('--state <STATE>', 'only these').choices(['open', 'resolved']))
    .action(async (options) => {
      const session = new Session(io, options);
      const query = { model: options.model, state: options.state };
      const answer = await session.api.get<{ alerts: AlertRecord[] }>('/alerts', query);
      const columns = [
        ['ALERT', (alert: AlertRecord) => alert.id],
        ['VERSION', (alert: AlertRecord) => `${alert.model}@${alert.version}`],
        ['KIND', (alert: AlertRecord) => alert.kind],
        ['STATE', (alert: AlertRecord) => alert.state],
        ['OPENED', (alert: AlertRecord) => time(alert.openedMs)],
        ['MESSAGE', (alert: AlertRecord) => alert.message],
      ] as const;
      session.answerTable(answer, answer.alerts, columns, 'no alerts');
    });
}

function resolve(io: CliIo): Command {
  return command('resolve', 'Say that an alert needs nothing more.')
    .argument('<id>')
    .action(async (id: string, options) => {
      const session = new Session(io, options);
      const alert = await session.api.post<AlertRecord>(`/alerts/${encodeURIComponent(id)}/resolve`);
      session.answer(alert, () => `${alert.id} is ${alert.state}\n`);
    });
}
