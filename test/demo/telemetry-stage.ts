import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { AgentProgram } from '../rig/agent-program.ts';
import { RigError } from '../rig/errors.ts';
import type { DemoContext } from './demo-context.ts';
import { bytes } from './narrator.ts';

export interface TelemetryFigures {
  /** Windows the devices have numbered and published, from their own books. */
  readonly windowsSent: number;
  readonly windowsStored: number;
  readonly windowsDuplicated: number;
  readonly windowsRejected: number;
  readonly readingsStored: number;
  readonly telemetryBytes: number;
  readonly samplesStored: number;
}

interface Totals {
  readonly windows: number;
  readonly readings: number;
  readonly bytes: number;
  readonly duplicates: number;
  readonly rejected: number;
  readonly samples: number;
}

/** What devices say they sent beside what the hub says it stored. More stored than sent would be counted twice. */
export async function telemetryFigures(
  { client, narrator }: DemoContext,
  agents: readonly AgentProgram[],
): Promise<TelemetryFigures> {
  const totals = await client.get<Totals>('/telemetry/totals');
  const windowsSent = agents.reduce((sum, agent) => sum + sentBy(agent.dataFolder), 0);
  const figures = {
    windowsSent,
    windowsStored: totals.windows,
    windowsDuplicated: totals.duplicates,
    windowsRejected: totals.rejected,
    readingsStored: totals.readings,
    telemetryBytes: totals.bytes,
    samplesStored: totals.samples,
  };
  if (totals.windows > windowsSent) {
    throw new RigError('STAGE_FAILED', `${totals.windows} windows are stored, but only ${windowsSent} were sent`);
  }
  narrator.say(
    `${windowsSent} windows sent, ${totals.windows} stored (${totals.duplicates} came twice): ${totals.readings} readings in ${bytes(totals.bytes)}`,
  );
  return figures;
}

function sentBy(agentFolder: string): number {
  const books = new Database(join(agentFolder, 'agent.db'), { readonly: true });
  try {
    return books.prepare<[], { n: number }>('select coalesce(sum(next_window - 1), 0) as n from boots').get()?.n ?? 0;
  } finally {
    books.close();
  }
}
