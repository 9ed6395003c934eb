import { type Command, Option } from 'commander';
import type { EventRecord } from '../../store/event-store.ts';
import type { JobRecord } from '../../store/job-store.ts';
import type { SampleRecord } from '../../store/sample-store.ts';
import type { CliIo } from '../cli-io.ts';
import { followEvents } from '../follow-events.ts';
import { command, group, nameValue, Session, wholeNumber } from '../session.ts';
import { percent, time } from '../words.ts';

/** `edgeloop samples`, `edgeloop events` and `edgeloop jobs`. */
export function recordCommands(io: CliIo): Command[] {
  const samples = group('samples', 'Raw readings that devices were allowed to send.')
    .addCommand(listSamples(io), { isDefault: true })
    .addCommand(label(io));
  return [samples, events(io), jobs(io)];
}

function listSamples(io: CliIo): Command {
  return command('list', 'List samples, newest first.')
    .requiredOption('--model <NAME>', 'of which model')
    .addOption(new Option('--labelled <ANSWER>', 'only with, or only without a true class').choices(['true', 'false']))
    .option('--limit <SAMPLES>', 'how many', wholeNumber(1, 10_000), 20)
    .action(async (options) => {
      const session = new Session(io, options);
      const query = { model: options.model, labelled: options.labelled, limit: options.limit };
      const answer = await session.api.get<{ samples: SampleRecord[] }>('/samples', query);
      const columns = [
        ['PREDICTION', (sample: SampleRecord) => sample.predictionId],
        ['DEVICE', (sample: SampleRecord) => sample.deviceId],
        ['VERSION', (sample: SampleRecord) => sample.version],
        ['PREDICTED', (sample: SampleRecord) => sample.predicted],
        ['CONFIDENCE', (sample: SampleRecord) => percent(sample.confidence)],
        ['TRUE CLASS', (sample: SampleRecord) => sample.label],
        ['RECEIVED', (sample: SampleRecord) => time(sample.receivedMs)],
      ] as const;
      session.answerTable(answer, answer.samples, columns, 'no samples');
    });
}

function label(io: CliIo): Command {
  return command('label', 'Tell the true classes of predictions.')
    .requiredOption('--set <PREDICTION=CLASS>', 'may be given several times', nameValue)
    .action(async (options) => {
      const session = new Session(io, options);
      const labels = Object.entries(options.set).map(([predictionId, value]) => ({ predictionId, label: value }));
      const answer = await session.api.post<{ labelled: number; unknown: string[] }>('/labels', { labels });
      const unknown = answer.unknown.length === 0 ? '' : `; no sample has ${answer.unknown.join(', ')}`;
      session.answer(answer, () => `${answer.labelled} labelled${unknown}\n`);
    });
}

function events(io: CliIo): Command {
  return command('events', 'Show what happened.')
    .option('--device <ID>', 'only of this device')
    .option('--model <NAME>', 'only of this model')
    .option('--kind <KIND>', 'only of this kind: device.refused, rollout.done, ...')
    .option('--limit <EVENTS>', 'how many', wholeNumber(1, 2_000), 50)
    .option('--follow', 'go on with what happens, until Ctrl-C')
    .action(async (options) => {
      const session = new Session(io, options);
      const { device, model, kind, limit } = options;
      const answer = await session.api.get<{ events: EventRecord[] }>('/events', { device, model, kind, limit });
      if (!options.follow) {
        const columns = [
          ['WHEN', (event: EventRecord) => time(event.atMs)],
          ['LEVEL', (event: EventRecord) => event.level],
          ['KIND', (event: EventRecord) => event.kind],
          ['CODE', (event: EventRecord) => event.code],
          ['MESSAGE', (event: EventRecord) => event.message],
        ] as const;
        session.answerTable(answer, answer.events, columns, 'nothing happened');
        return;
      }
      const show = (event: EventRecord): void => {
        if (isWanted(event, options)) io.out(session.isJson ? `${JSON.stringify(event)}\n` : lineOf(event));
      };
      answer.events.forEach(show);
      await followEvents(session.api, answer.events.at(-1)?.id ?? 0, show);
    });
}

function isWanted(event: EventRecord, wanted: { device?: string; model?: string; kind?: string }): boolean {
  return (
    (wanted.device === undefined || wanted.device === event.deviceId) &&
    (wanted.model === undefined || wanted.model === event.model) &&
    (wanted.kind === undefined || wanted.kind === event.kind)
  );
}

function lineOf({ atMs, level, kind, code, message }: EventRecord): string {
  return `${time(atMs)}  ${level.padEnd(7)}  ${kind}  ${message}${code === null ? '' : ` [${code}]`}\n`;
}

function jobs(io: CliIo): Command {
  return command('jobs', 'List jobs, newest first.')
    .addOption(new Option('--state <STATE>', 'only these').choices(['queued', 'leased', 'done', 'failed', 'cancelled']))
    .option('--limit <JOBS>', 'how many', wholeNumber(1, 1_000), 20)
    .action(async (options) => {
      const session = new Session(io, options);
      const query = { state: options.state, limit: options.limit };
      const answer = await session.api.get<{ jobs: JobRecord[] }>('/jobs', query);
      const columns = [
        ['JOB', (job: JobRecord) => job.id],
        ['KIND', (job: JobRecord) => job.kind],
        ['STATE', (job: JobRecord) => job.state],
        ['ATTEMPT', (job: JobRecord) => `${job.attempt} of ${job.maxAttempts}`],
        ['WORKER', (job: JobRecord) => job.leaseOwner],
        ['PROGRESS', (job: JobRecord) => (job.state === 'leased' ? percent(job.progress?.share) : null)],
        ['ERROR', (job: JobRecord) => job.error && `${job.error.message} [${job.error.code}]`],
        ['CREATED', (job: JobRecord) => time(job.createdMs)],
      ] as const;
      session.answerTable(answer, answer.jobs, columns, 'no jobs');
    });
}
