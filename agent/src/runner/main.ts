import type { Socket } from 'node:net';
import { GoldenVectors } from '@edgeloop/protocol';
import { describeError } from '../errors.ts';
import { faultPoint } from '../fault-point.ts';
import { runGoldenTest } from '../inference/golden-test.ts';
import { OnnxModel } from '../inference/onnx-model.ts';
import { processMeter } from '../telemetry/window-recorder.ts';
import { HEARTBEAT_MS } from './heartbeat.ts';
import { ModelRunner } from './model-runner.ts';
import type { FromRunner, RunnableModel, ToRunner } from './runner-messages.ts';

let runner: ModelRunner | undefined;

let lastSent: Promise<void> = Promise.resolve();

/** Sends in order; a supervisor that is gone hears nothing more, and `disconnect` ends this process. */
function send(message: FromRunner): void {
  if (!process.connected) return;
  lastSent = new Promise((resolve) => process.send?.(message, undefined, undefined, () => resolve()));
}

async function selfTest(runnable: RunnableModel, golden: Uint8Array): Promise<void> {
  const model = await OnnxModel.load(runnable);
  const result = await runGoldenTest(model, GoldenVectors.decode(golden), runnable.signature);
  faultPoint('runner.in-self-test', runnable.digest);
  send({ kind: 'self-tested', result });
}

async function receive(message: ToRunner, socket: Socket | undefined): Promise<void> {
  if (message.kind === 'load') runner = await ModelRunner.load(message.spec, send);
  else if (message.kind === 'self-test') await selfTest(message.runnable, message.golden);
  else if (message.kind === 'take-over') await runner?.takeOver(message.positions);
  else if (message.kind === 'settings') runner?.use(message.settings);
  else if (message.kind === 'hand-over') await end(message.graceMs);
  else if (socket !== undefined) runner?.accept(message.source, socket);
}

async function end(graceMs: number): Promise<void> {
  await runner?.handOver(graceMs);
  // Closing the channel drops what is still waiting to be written.
  await lastSent;
  process.disconnect();
}

function beat(): void {
  // A supervisor that was killed while this process was still starting is not told of by an event.
  if (!process.connected) process.exit(0);
  send({
    kind: 'heartbeat',
    inferences: runner?.inferences ?? 0,
    rssBytes: processMeter.rssBytes(),
    cpuSeconds: processMeter.cpuSeconds(),
  });
}

// The supervisor decides when a runner ends: a signal to the whole process group must not come in between.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
process.on('disconnect', () => process.exit(0));
process.on('message', (message: ToRunner, socket: unknown) => {
  receive(message, socket as Socket | undefined).catch((error: unknown) => {
    send({ kind: 'failed', ...describeError(error, 'LOAD_FAILED') });
  });
});
setInterval(beat, HEARTBEAT_MS);
// Says that this process listens now.
beat();
