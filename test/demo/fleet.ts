import { join } from 'node:path';
import { AgentProgram } from '../rig/agent-program.ts';
import { DRIFT } from './demo-context.ts';
import { SHUTTLE_LABEL } from './shuttle-data.ts';

export const FLEET_SIZE = 3;
export const ROWS_PER_SECOND = 150;

/** Three devices, each with a third of the readings that training never saw. */
export function makeFleet(folder: string, replayPath: string, driftSwitch: string): AgentProgram[] {
  return Array.from({ length: FLEET_SIZE }, (_, index) => {
    const deviceId = `line-${index + 1}`;
    return new AgentProgram(folder, deviceId, {
      slots: {
        default: {
          sources: [
            {
              kind: 'csv-replay',
              path: replayPath,
              rowsPerSecond: ROWS_PER_SECOND,
              labelColumn: SHUTTLE_LABEL,
              loop: true,
              shard: { index, count: FLEET_SIZE },
              faults: [{ ...DRIFT, whenFileExists: driftSwitch }],
            },
          ],
          sinks: [{ kind: 'jsonl', path: join(folder, `${deviceId}-predictions.jsonl`) }],
        },
      },
    });
  });
}

/** A device that only answers requests: what supervisor and runner cost when nothing happens shows on it. */
export function makeIdleGateway(folder: string): AgentProgram {
  return new AgentProgram(folder, 'gateway-1', {
    slots: { default: { sources: [{ kind: 'http', port: 0, host: '127.0.0.1' }], sinks: [] } },
  });
}
