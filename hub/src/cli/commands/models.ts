import type { ModelSignature } from '@edgeloop/protocol';
import type { Command } from 'commander';
import type { ModelView } from '../../api/schemas/models.ts';
import type { AliasMove, ModelRecord, VersionRecord } from '../../store/model-store.ts';
import type { CliIo } from '../cli-io.ts';
import { qualityText, secondFigureText } from '../metrics-text.ts';
import { command, group, nameAndVersion, Session, versionOf } from '../session.ts';
import { renderTable } from '../table.ts';
import { versionText } from '../version-text.ts';
import { time } from '../words.ts';
import { modelTests } from './model-tests.ts';
import { pushModel } from './push-model.ts';

interface ModelAnswer {
  readonly model: ModelRecord;
  readonly versions: VersionRecord[];
  readonly aliases: Readonly<Record<string, number>>;
  readonly moves: AliasMove[];
}

/** `edgeloop models`. */
export function modelCommands(io: CliIo): Command[] {
  const models = group('models', 'Named lines of versions.')
    .addCommand(list(io))
    .addCommand(show(io))
    .addCommand(modelTests(io))
    .addCommand(pushModel(io))
    .addCommand(alias(io));
  return [models];
}

function list(io: CliIo): Command {
  return command('list', 'List all models.').action(async (options) => {
    const session = new Session(io, options);
    const answer = await session.api.get<{ models: ModelView[] }>('/models');
    const columns = [
      ['MODEL', (model: ModelView) => model.name],
      ['NEWEST', (model: ModelView) => model.newestVersion],
      ['ALIASES', (model: ModelView) => pairs(model.aliases)],
      ['DEVICES', (model: ModelView) => Object.values(model.liveDevices).reduce((sum, count) => sum + count, 0)],
      ['DESCRIPTION', (model: ModelView) => model.description],
    ] as const;
    session.answerTable(
      answer,
      answer.models,
      columns,
      'no models; make one with "edgeloop train" or "edgeloop models push"',
    );
  });
}

function show(io: CliIo): Command {
  return command('show', 'Show a model with all its versions, or one version.')
    .argument('<model>', 'NAME or NAME@VERSION', nameAndVersion)
    .action(async ({ name, version }: { name: string; version?: number }, options) => {
      const session = new Session(io, options);
      const path = `/models/${encodeURIComponent(name)}`;
      if (version !== undefined) {
        const record = await session.api.get<VersionRecord>(`${path}/versions/${version}`);
        const signature =
          record.origin === 'run'
            ? await session.api.get<ModelSignature>(`${path}/versions/${version}/signature`)
            : undefined;
        session.answer({ ...record, ...(signature && { signature }) }, () => versionText(record, signature));
        return;
      }
      const answer = await session.api.get<ModelAnswer>(path);
      session.answer(answer, () => modelText(answer));
    });
}

function modelText({ versions, aliases, moves }: ModelAnswer): string {
  const versionTable = renderTable(
    versions,
    [
      ['VERSION', (version: VersionRecord) => version.version],
      ['ALIASES', (version: VersionRecord) => aliasesOf(aliases, version.version)],
      ['QUALITY', (version: VersionRecord) => qualityText(version.evaluation)],
      ['ALSO', (version: VersionRecord) => secondFigureText(version.evaluation)],
      ['VARIANTS', (version: VersionRecord) => (version.upload ? 'uploaded' : acceptedOf(version))],
      ['CREATED', (version: VersionRecord) => time(version.createdMs)],
    ],
    'no versions',
  );
  const moveTable = renderTable(
    moves,
    [
      ['ALIAS', (move: AliasMove) => move.alias],
      ['FROM', (move: AliasMove) => move.fromVersion],
      ['TO', (move: AliasMove) => move.toVersion],
      ['WHEN', (move: AliasMove) => time(move.atMs)],
      ['WHY', (move: AliasMove) => move.cause],
    ],
    'no alias has moved',
  );
  return `${versionTable}\n${moveTable}`;
}

function alias(io: CliIo): Command {
  return command('alias', 'Point an alias at a version.')
    .argument('<version>', 'NAME@VERSION', versionOf)
    .argument('<alias>', 'champion, challenger or a word of your own')
    .action(async ({ name, version }: { name: string; version: number }, word: string, options) => {
      const session = new Session(io, options);
      const path = `/models/${encodeURIComponent(name)}/aliases/${encodeURIComponent(word)}`;
      const move = await session.api.put<AliasMove>(path, { version });
      session.answer(move, () => `${word} of ${name} moved from ${move.fromVersion ?? 'nothing'} to ${version}\n`);
    });
}

function pairs(aliases: Readonly<Record<string, number>>): string {
  return Object.entries(aliases)
    .map(([name, version]) => `${name}=${version}`)
    .join(', ');
}

function aliasesOf(aliases: Readonly<Record<string, number>>, version: number): string {
  return Object.keys(aliases)
    .filter((name) => aliases[name] === version)
    .join(', ');
}

function acceptedOf(version: VersionRecord): string {
  return version.variants
    .filter((variant) => variant.accepted)
    .map((variant) => variant.name)
    .join(', ');
}
