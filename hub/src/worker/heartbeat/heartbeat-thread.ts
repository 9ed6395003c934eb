import { writeSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { InternalError } from '../../errors.ts';
import { HubRequests } from '../hub-requests.ts';
import type { HeartbeatOrder, HeartbeatSettings } from './heartbeat-messages.ts';
import { Pulse } from './pulse.ts';

const STANDARD_ERROR = 2;

const { url, token, worker, periodMs, killAfterMs } = workerData as HeartbeatSettings;
const port = parentPort;
if (port === null) throw new InternalError('the heartbeat must run as a thread of a worker');

const hub = new HubRequests({ url, token });
const pulse = new Pulse({
  send: async (jobId, progress) => {
    await hub.post(`/jobs/${jobId}/heartbeat`, { worker, ...(progress && { progress }) });
  },
  say: (news) => port.postMessage(news),
  kill: (reason) => {
    // Not through process.stderr, which the event loop that does not turn would have to write.
    writeSync(STANDARD_ERROR, `worker: killed in the middle of a run: ${reason}\n`);
    process.kill(process.pid, 'SIGKILL');
  },
  killAfterMs,
  nowMs: () => performance.now(),
});
port.on('message', (order: HeartbeatOrder) => pulse.hear(order));
setInterval(() => pulse.tick(), periodMs);
