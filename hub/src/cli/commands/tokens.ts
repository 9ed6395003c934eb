import { type Command, Option } from 'commander';
import { API_ROLES, type ApiTokenRecord, type EnrollTokenRecord } from '../../store/token-store.ts';
import type { CliIo } from '../cli-io.ts';
import { command, group, nameValue, Session, wholeNumber } from '../session.ts';
import { labels, time } from '../words.ts';

/** `edgeloop enroll-token` and `edgeloop tokens`. */
export function tokenCommands(io: CliIo): Command[] {
  return [enrollToken(io), apiTokens(io)];
}

function enrollToken(io: CliIo): Command {
  const create = command('create', 'Make a one-time token that lets one device in.')
    .option('--device <ID>', 'only this device may use it')
    .option('--label <NAME=VALUE>', 'label the device will have; may be given several times', nameValue)
    .option('--ttl <SECONDS>', 'how long it can be used', wholeNumber(60), 86_400)
    .addHelpText('after', '\nExample:\n  $ edgeloop enroll-token create --device line-1 --label site=berlin')
    .action(async (options) => {
      const session = new Session(io, options);
      const made = await session.api.post<{ id: string; token: string; expiresMs: number }>('/enroll-tokens', {
        deviceId: options.device,
        labels: options.label,
        ttlSeconds: options.ttl,
      });
      session.answer(made, () => `${made.token}\n`);
    });
  const list = command('list', 'List enrolment tokens and who used them.').action(async (options) => {
    const session = new Session(io, options);
    const answer = await session.api.get<{ tokens: EnrollTokenRecord[] }>('/enroll-tokens');
    const columns = [
      ['ID', (token: EnrollTokenRecord) => token.id],
      ['FOR', (token: EnrollTokenRecord) => token.deviceId ?? 'any device'],
      ['LABELS', (token: EnrollTokenRecord) => labels(token.labels)],
      ['EXPIRES', (token: EnrollTokenRecord) => time(token.expiresMs)],
      ['USED BY', (token: EnrollTokenRecord) => token.usedBy],
    ] as const;
    session.answerTable(answer, answer.tokens, columns, 'no enrolment tokens');
  });
  return group('enroll-token', 'One-time tokens that let devices in.')
    .addCommand(create, { isDefault: true })
    .addCommand(list);
}

function apiTokens(io: CliIo): Command {
  const list = command('list', 'List API tokens.').action(async (options) => {
    const session = new Session(io, options);
    const answer = await session.api.get<{ tokens: ApiTokenRecord[] }>('/tokens');
    const columns = [
      ['ID', (token: ApiTokenRecord) => token.id],
      ['NAME', (token: ApiTokenRecord) => token.name],
      ['ROLE', (token: ApiTokenRecord) => token.role],
      ['CREATED', (token: ApiTokenRecord) => time(token.createdMs)],
      ['LAST USED', (token: ApiTokenRecord) => time(token.lastUsedMs)],
      ['REVOKED', (token: ApiTokenRecord) => time(token.revokedMs)],
    ] as const;
    session.answerTable(answer, answer.tokens, columns, 'no API tokens');
  });
  const create = command('create', 'Make an API token; it is shown this once.')
    .argument('<name>', 'who or what it is for')
    .addOption(new Option('--role <ROLE>', 'what it may do').choices([...API_ROLES]).default('viewer'))
    .addHelpText('after', '\nExample:\n  $ edgeloop tokens create gpu-server --role worker')
    .action(async (name: string, options) => {
      const session = new Session(io, options);
      const made = await session.api.post<{ token: string }>('/tokens', { name, role: options.role });
      session.answer(made, () => `${made.token}\n`);
    });
  const revoke = command('revoke', 'Revoke an API token.')
    .argument('<id>')
    .action(async (id: string, options) => {
      const session = new Session(io, options);
      await session.api.delete(`/tokens/${encodeURIComponent(id)}`);
      session.answer({ id, revoked: true }, () => `${id} opens nothing any more\n`);
    });
  return group('tokens', 'Tokens that open the web API.').addCommand(list).addCommand(create).addCommand(revoke);
}
