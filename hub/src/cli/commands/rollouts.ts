import type { Command } from 'commander';
import { RequestError } from '../../errors.ts';
import { DEFAULT_ROLLOUT_PLAN } from '../../store/rollout-plan.ts';
import type { RolloutDeviceRecord, RolloutRecord } from '../../store/rollout-store.ts';
import type { CliIo } from '../cli-io.ts';
import { command, group, nameValue, Session, versionOf } from '../session.ts';
import { renderFields, renderTable } from '../table.ts';
import { waitUntil } from '../wait-until.ts';
import { time } from '../words.ts';
import { readYaml } from './training.ts';

interface RolloutAnswer {
  readonly rollout: RolloutRecord;
  readonly devices: RolloutDeviceRecord[];
}

const STEPS = {
  pause: 'Offer it to no further device for now.',
  resume: 'Go on with a paused rollout.',
  abort: 'End it here; devices on which it runs well keep it.',
  'roll-back': 'Send its devices back to what they ran before.',
} as const;

const GATE_HELP = `
A device is healthy with ${DEFAULT_ROLLOUT_PLAN.gate.minInferences} inferences on the version, and failed without them after ${DEFAULT_ROLLOUT_PLAN.gate.deviceTimeoutMs / 60_000} minutes. Where
readings are rare, the plan says "gate: { minInferences: 0 }".`;

const EXAMPLE = `
Example:
  $ edgeloop rollouts start shuttle@3 --waves 0.1,0.5,1 --label site=berlin --wait`;

/** `edgeloop rollouts`. */
export function rolloutCommands(io: CliIo): Command[] {
  const rollouts = group('rollouts', 'Versions on their way to devices.')
    .addCommand(list(io))
    .addCommand(start(io))
    .addCommand(show(io));
  for (const [name, summary] of Object.entries(STEPS)) rollouts.addCommand(step(io, name, summary));
  return [rollouts];
}

function list(io: CliIo): Command {
  return command('list', 'List rollouts, newest first.')
    .option('--model <NAME>', 'only of this model')
    .action(async (options) => {
      const session = new Session(io, options);
      const answer = await session.api.get<{ rollouts: RolloutRecord[] }>('/rollouts', { model: options.model });
      const columns = [
        ['ROLLOUT', (rollout: RolloutRecord) => rollout.id],
        ['VERSION', (rollout: RolloutRecord) => `${rollout.model}@${rollout.version}`],
        ['STATE', (rollout: RolloutRecord) => rollout.state],
        ['WAVE', waveOf],
        ['CAUSE', (rollout: RolloutRecord) => `${rollout.cause.kind} ${rollout.cause.ref}`],
        ['STARTED', (rollout: RolloutRecord) => time(rollout.createdMs)],
        ['REASON', (rollout: RolloutRecord) => rollout.reason],
      ] as const;
      session.answerTable(answer, answer.rollouts, columns, 'no rollouts');
    });
}

function start(io: CliIo): Command {
  return command('start', 'Bring a version to devices, in waves.')
    .argument('<version>', 'NAME@VERSION', versionOf)
    .option('--plan <FILE>', 'YAML file: slot, labels, waves, gate, samples; what is left out gets a default')
    .option('--waves <SHARES>', 'cumulative shares of the devices: 0.1,0.5,1', shares)
    .option('--label <NAME=VALUE>', 'only devices with this label; may be given several times', nameValue)
    .option('--slot <SLOT>', 'where on the devices')
    .option('--wait', 'wait for the end; exit code 1 unless it is done')
    .addHelpText('after', `${GATE_HELP}\n${EXAMPLE}`)
    .action(async ({ name, version }: { name: string; version: number }, options) => {
      const session = new Session(io, options);
      const file = options.plan === undefined ? {} : ((await readYaml(options.plan)) as object);
      const given = { waves: options.waves, labels: options.label, slot: options.slot };
      const plan = { ...file, ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) };
      const rollout = await session.api.post<RolloutRecord>('/rollouts', { model: name, version, plan });
      if (!options.wait) {
        session.answer(rollout, () => `${rollout.id} is under way\n`);
        return;
      }
      await waitForRollout(session, rollout);
    });
}

function shares(text: string): number[] {
  return text.split(',').map(Number);
}

async function waitForRollout(session: Session, { id, model, version }: RolloutRecord): Promise<void> {
  const progress = session.progress(`${model}@${version}`);
  let ended: RolloutAnswer;
  try {
    ended = await waitUntil(
      async () => {
        const answer = await session.api.get<RolloutAnswer>(`/rollouts/${id}`);
        const healthy = answer.devices.filter((device) => device.state === 'healthy').length;
        progress.show(healthy / Math.max(1, answer.devices.length), `wave ${waveOf(answer.rollout)}`);
        return answer;
      },
      ({ rollout }) => ['done', 'aborted', 'rolled-back'].includes(rollout.state),
    );
  } finally {
    progress.stop();
  }
  session.answer(ended, () => rolloutText(ended));
  const { state, reason } = ended.rollout;
  if (state !== 'done')
    throw new RequestError('GATE_REFUSED', `${id} ended as ${state}: ${reason ?? 'no reason given'}`);
}

function show(io: CliIo): Command {
  return command('show', 'Show one rollout and each of its devices.')
    .argument('<id>')
    .action(async (id: string, options) => {
      const session = new Session(io, options);
      const answer = await session.api.get<RolloutAnswer>(`/rollouts/${encodeURIComponent(id)}`);
      session.answer(answer, () => rolloutText(answer));
    });
}

function step(io: CliIo, name: string, summary: string): Command {
  return command(name, summary)
    .argument('<id>')
    .action(async (id: string, options) => {
      const session = new Session(io, options);
      const rollout = await session.api.post<RolloutRecord>(`/rollouts/${encodeURIComponent(id)}/${name}`);
      session.answer(rollout, () => `${rollout.id} is ${rollout.state}\n`);
    });
}

function rolloutText({ rollout, devices }: RolloutAnswer): string {
  const head = renderFields({
    rollout: rollout.id,
    version: `${rollout.model}@${rollout.version}`,
    state: rollout.state,
    wave: waveOf(rollout),
    reason: rollout.reason,
    started: time(rollout.createdMs),
  });
  const table = renderTable(
    devices,
    [
      ['DEVICE', (device: RolloutDeviceRecord) => device.deviceId],
      ['WAVE', (device: RolloutDeviceRecord) => device.wave + 1],
      ['STATE', (device: RolloutDeviceRecord) => device.state],
      [
        'BEFORE',
        (device: RolloutDeviceRecord) => device.previous && `${device.previous.model}@${device.previous.version}`,
      ],
      [
        'PROBLEM',
        (device: RolloutDeviceRecord) => device.problem && `${device.problem.message} [${device.problem.code}]`,
      ],
    ],
    'no devices',
  );
  return `${head}\n${table}`;
}

function waveOf({ wave, plan }: RolloutRecord): string {
  return `${Math.min(wave + 1, plan.waves.length)} of ${plan.waves.length}`;
}
