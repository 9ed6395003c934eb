import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DATABASE_FILE, outboxStatus } from '../agent.ts';
import type { AgentStatus, SlotStatus } from '../agent-status.ts';
import { requireIdentity } from '../device/identity.ts';
import { askStatus } from '../device/status-socket.ts';
import { slotStatus } from '../slot-status.ts';
import { readAgentStore } from '../store/agent-store.ts';
import type { SlotRecord } from '../update/slot-record.ts';

const MOST_SHOWN = 3;

/** Options of `edgeloop-agent status`. */
export interface StatusOptions {
  readonly data: string;
  readonly json?: boolean;
}

/** Shows the state of the running agent, or what lies on disk when none runs. @throws AgentError NOT_ENROLLED and others */
export async function statusCommand(options: StatusOptions, print: (text: string) => void): Promise<void> {
  const status = await readStatus(options.data);
  print(options.json === true ? `${JSON.stringify(status)}\n` : renderStatus(status));
}

/** The state of the agent of a data folder. */
export async function readStatus(folder: string): Promise<AgentStatus> {
  const running = await askStatus(folder);
  if (running !== undefined) return running as AgentStatus;
  const { deviceId, hubUrl } = await requireIdentity(folder);
  const path = join(folder, DATABASE_FILE);
  const nothing = { windows: 0, windowBytes: 0, samples: 0, samplesDropped: 0 };
  const empty = { isRunning: false, deviceId, hubUrl, desiredGeneration: 0, slots: [], problems: [], outbox: nothing };
  if (!existsSync(path)) return empty;
  const store = readAgentStore<SlotRecord>(path);
  try {
    return {
      ...empty,
      desiredGeneration: store.desired.load()?.generation ?? 0,
      slots: store.slots.all().map((record) => slotStatus(record)),
      outbox: outboxStatus(store),
    };
  } finally {
    store.database.close();
  }
}

function renderStatus(status: AgentStatus): string {
  const { isRunning, deviceId, hubUrl, isLinkUp, profile, outbox } = status;
  const link = isLinkUp === undefined ? '' : `, link ${isLinkUp ? 'up' : 'down'}`;
  const lines = [
    `${deviceId}: ${isRunning ? 'running' : 'not running'}${link}, hub ${hubUrl}${profile ? `, profile ${profile}` : ''}`,
    ...status.slots.map(renderSlot),
    `outbox: ${outbox.windows} windows (${outbox.windowBytes} bytes), ${outbox.samples} samples, ${outbox.samplesDropped} dropped`,
    ...status.problems.map(({ code, message }) => `problem: ${message} [${code}]`),
  ];
  return `${lines.join('\n')}\n`;
}

function renderSlot({
  slot,
  phase,
  model,
  version,
  variant,
  inferences,
  wantedModel,
  wantedVersion,
  problem,
  refusedVariants = [],
  violations = [],
}: SlotStatus): string {
  const served = model === undefined ? 'no model' : `${model}@${version} (${variant})`;
  const count = inferences === undefined ? '' : `, ${inferences} inferences`;
  const wanted = wantedModel === undefined ? '' : `, wanted ${wantedModel}@${wantedVersion}`;
  const trouble = problem === undefined ? '' : `, ${problem.message} [${problem.code}]`;
  const refused = refusedVariants.map((test) => `\n  refused v${test.version} ${test.variant}: ${test.message}`);
  return `slot ${slot}: ${phase}, ${served}${count}${oddValues(violations)}${wanted}${trouble}${refused.join('')}`;
}

/** The most frequent ones; `--json` has all. */
function oddValues(violations: NonNullable<SlotStatus['violations']>): string {
  if (violations.length === 0) return '';
  const most = [...violations].sort((a, b) => b.count - a.count).slice(0, MOST_SHOWN);
  const more = violations.length > most.length ? ', ...' : '';
  return `, unexpected values: ${most.map(({ feature, kind, count }) => `${feature} ${kind} ${count}`).join(', ')}${more}`;
}
