import type { Command } from 'commander';
import { stringify } from 'yaml';
import type { RetrainingPolicy, RetrainingRecord } from '../../store/retraining-store.ts';
import type { CliIo } from '../cli-io.ts';
import { command, group, Session } from '../session.ts';
import { percent, time } from '../words.ts';
import { readYaml } from './training.ts';

/** `edgeloop policy`, `edgeloop retrain` and `edgeloop retrainings`. */
export function retrainingCommands(io: CliIo): Command[] {
  const policy = group('policy', 'When and how models retrain themselves.').addCommand(show(io)).addCommand(set(io));
  return [policy, retrain(io), list(io)];
}

function show(io: CliIo): Command {
  return command('show', 'Show the retraining policy of a model as YAML.')
    .argument('<model>')
    .action(async (model: string, options) => {
      const session = new Session(io, options);
      answerPolicy(session, await session.api.get<RetrainingPolicy>(pathOf(model)));
    });
}

function set(io: CliIo): Command {
  return command('set', 'Set the retraining policy of a model from a YAML file.')
    .argument('<model>')
    .argument('<file>')
    .addHelpText('after', '\nExample:\n  $ edgeloop policy set shuttle policy.yaml')
    .action(async (model: string, file: string, options) => {
      const session = new Session(io, options);
      answerPolicy(session, await session.api.put<RetrainingPolicy>(pathOf(model), await readYaml(file)));
    });
}

function retrain(io: CliIo): Command {
  return command('retrain', 'Retrain a model now, without waiting for drift.')
    .argument('<model>')
    .option('--reason <TEXT>', 'why')
    .action(async (model: string, options) => {
      const session = new Session(io, options);
      const path = `/models/${encodeURIComponent(model)}/retrain`;
      const retraining = await session.api.post<RetrainingRecord>(path, { reason: options.reason });
      session.answer(retraining, () => `${retraining.id} is ${retraining.state}\n`);
    });
}

function list(io: CliIo): Command {
  return command('retrainings', 'List retrainings, newest first.')
    .option('--model <NAME>', 'only of this model')
    .action(async (options) => {
      const session = new Session(io, options);
      const query = { model: options.model };
      const answer = await session.api.get<{ retrainings: RetrainingRecord[] }>('/retrainings', query);
      const columns = [
        ['RETRAINING', (one: RetrainingRecord) => one.id],
        ['MODEL', (one: RetrainingRecord) => one.model],
        ['STATE', (one: RetrainingRecord) => one.state],
        ['CHAMPION', (one: RetrainingRecord) => one.championVersion],
        ['CHALLENGER', (one: RetrainingRecord) => one.challengerVersion],
        ['VERDICT', verdictOf],
        ['STARTED', (one: RetrainingRecord) => time(one.createdMs)],
        ['REASON', (one: RetrainingRecord) => one.reason],
      ] as const;
      session.answerTable(answer, answer.retrainings, columns, 'no retrainings');
    });
}

function verdictOf({ verdict }: RetrainingRecord): string | null {
  if (verdict === null) return null;
  const { accepted, figure, champion, challenger, rows } = verdict;
  const figures =
    figure === 'r2'
      ? `R2 ${champion.toFixed(4)} -> ${challenger.toFixed(4)}`
      : `${percent(champion)} -> ${percent(challenger)}`;
  return `${accepted ? 'accepted' : 'refused'}: ${figures} of ${rows} rows`;
}

function answerPolicy(session: Session, policy: RetrainingPolicy): void {
  session.answer(policy, () => stringify(policy));
}

function pathOf(model: string): string {
  return `/models/${encodeURIComponent(model)}/retraining-policy`;
}
