import { type Command, Option } from 'commander';
import type { DeviceView } from '../../api/schemas/fleet.ts';
import { COMMAND_KINDS } from '../../fleet/device-commands.ts';
import type { CliIo } from '../cli-io.ts';
import { command, group, nameValue, Session } from '../session.ts';
import { renderFields } from '../table.ts';
import { labels, time } from '../words.ts';

/** `edgeloop devices`. */
export function deviceCommands(io: CliIo): Command[] {
  const devices = group('devices', 'Machines with an agent.')
    .addCommand(list(io))
    .addCommand(show(io))
    .addCommand(label(io))
    .addCommand(send(io))
    .addCommand(revoke(io));
  return [devices];
}

function list(io: CliIo): Command {
  return command('list', 'List all devices.').action(async (options) => {
    const session = new Session(io, options);
    const answer = await session.api.get<{ devices: DeviceView[] }>('/devices');
    const columns = [
      ['DEVICE', (device: DeviceView) => device.id],
      ['STATE', stateOf],
      ['PROFILE', (device: DeviceView) => device.profile],
      ['RUNS', runsOf],
      ['SHOULD RUN', shouldRunOf],
      ['LABELS', (device: DeviceView) => labels(device.labels)],
      ['LAST SEEN', (device: DeviceView) => time(device.lastSeenMs)],
    ] as const;
    session.answerTable(answer, answer.devices, columns, 'no devices; let one in with "edgeloop enroll-token"');
  });
}

function show(io: CliIo): Command {
  return command('show', 'Show one device.')
    .argument('<id>')
    .action(async (id: string, options) => {
      const session = new Session(io, options);
      answerDevice(session, await session.api.get<DeviceView>(`/devices/${encodeURIComponent(id)}`));
    });
}

function label(io: CliIo): Command {
  return command('label', 'Replace the labels of a device.')
    .argument('<id>')
    .option('--label <NAME=VALUE>', 'a label; may be given several times', nameValue)
    .action(async (id: string, options) => {
      const session = new Session(io, options);
      const body = { labels: options.label ?? {} };
      answerDevice(session, await session.api.patch<DeviceView>(`/devices/${encodeURIComponent(id)}`, body));
    });
}

function send(io: CliIo): Command {
  return command('command', 'Tell a device that is online to do something once.')
    .argument('<id>')
    .addOption(new Option('--kind <KIND>', 'what to do').choices([...COMMAND_KINDS]).makeOptionMandatory())
    .option('--slot <SLOT>', 'where on the device')
    .action(async (id: string, options) => {
      const session = new Session(io, options);
      const path = `/devices/${encodeURIComponent(id)}/commands`;
      const sent = await session.api.post<{ id: string }>(path, { kind: options.kind, slot: options.slot });
      session.answer(sent, () => `sent as ${sent.id}\n`);
    });
}

function revoke(io: CliIo): Command {
  return command('revoke', 'Trust a device no longer and cut its connection.')
    .argument('<id>')
    .action(async (id: string, options) => {
      const session = new Session(io, options);
      answerDevice(session, await session.api.post<DeviceView>(`/devices/${encodeURIComponent(id)}/revoke`));
    });
}

function answerDevice(session: Session, device: DeviceView): void {
  session.answer(device, () =>
    renderFields({
      device: device.id,
      state: stateOf(device),
      profile: `${device.profile} (${device.profileReason})`,
      runs: runsOf(device),
      'should run': shouldRunOf(device),
      problems: problemsOf(device),
      'refused variants': refusedOf(device),
      labels: labels(device.labels),
      agent: device.agentVersion,
      enrolled: time(device.enrolledMs),
      'last seen': time(device.lastSeenMs),
    }),
  );
}

function stateOf(device: DeviceView): string {
  if (device.revokedMs !== null) return 'revoked';
  return device.online ? 'online' : 'offline';
}

function runsOf(device: DeviceView): string {
  const running = (device.reported?.slots ?? []).flatMap(({ slot, running: now }) =>
    now ? [`${slot}: ${now.model}@${now.version} ${now.variant}`] : [],
  );
  return running.join('; ') || 'nothing';
}

function shouldRunOf(device: DeviceView): string {
  return device.desired.map(({ slot, model, version }) => `${slot}: ${model}@${version}`).join('; ') || 'nothing';
}

function problemsOf(device: DeviceView): string {
  const inSlots = (device.reported?.slots ?? []).flatMap(({ problem }) => (problem ? [problem] : []));
  const all = [...inSlots, ...(device.reported?.problems ?? [])];
  return all.map(({ code, message }) => `${code}: ${message}`).join('; ') || 'none';
}

/** Variants that failed their self-test there. Reports of older agents have no tests. */
function refusedOf(device: DeviceView): string {
  const tests = (device.reported?.slots ?? []).flatMap(({ variantTests = [] }) => variantTests);
  const refused = tests.filter(({ problem }) => problem);
  return (
    refused
      .map(({ model, version, variant, problem }) => `${variant} of ${model}@${version}: ${problem?.message}`)
      .join('; ') || 'none'
  );
}
