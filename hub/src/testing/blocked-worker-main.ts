import { Heartbeats } from '../worker/heartbeat/heartbeats.ts';

/**
 * Holds the job named third at the hub named first, by the token named second, and then blocks its event loop for good,
 * as a run of ONNX Runtime does for its time.
 */
const [url = '', token = '', jobId = ''] = process.argv.slice(2);
const heartbeats = new Heartbeats({ url, token, worker: 'worker-1', isRestarted: true, periodMs: 50 });
heartbeats.hold(jobId, { onLost: () => process.exit(1), onUndelivered: () => undefined });
Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
