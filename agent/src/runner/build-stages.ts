import type { LocalBroker } from '../link/local-broker.ts';
import { JsonlSink } from '../sink/jsonl-sink.ts';
import { MqttSink } from '../sink/mqtt-sink.ts';
import type { Sink } from '../sink/sink.ts';
import type { SinkConfig } from '../sink/sink-config.ts';
import { StdoutSink } from '../sink/stdout-sink.ts';
import { MqttSource } from '../source/mqtt-source.ts';
import type { Source } from '../source/source.ts';
import type { SourceConfig } from '../source/source-config.ts';
import type { Time } from '../time.ts';
import type { RunnerSpec } from './runner-messages.ts';

/** Where troubles of a stage go. */
export type OnProblem = (code: string, message: string) => void;

/** The source that a configuration asks for. Libraries are loaded only for the kinds in use. */
export async function buildSource(config: SourceConfig, index: number, spec: RunnerSpec, time: Time): Promise<Source> {
  if (config.kind === 'http') {
    const { HttpSource } = await import('../source/http-source.ts');
    const served = { model: spec.model, version: spec.version, signature: spec.runnable.signature };
    return new HttpSource(served, time, config);
  }
  if (config.kind === 'mqtt') {
    // The same client id for every runner of the slot: the broker keeps what comes in between two of them.
    const clientId = `edgeloop-${spec.deviceId}-${spec.slot}-source-${index}`;
    return new MqttSource(config, (onProblem) => connect(config.url, clientId, true, onProblem), time);
  }
  const { ReplaySource } = await import('../source/replay-source.ts');
  return new ReplaySource(config, time);
}

/** The sink that a configuration asks for. */
export function buildSink(config: SinkConfig, index: number, spec: RunnerSpec, onProblem: OnProblem): Sink {
  const report = (message: string): void => onProblem('SINK_FAILED', message);
  if (config.kind === 'stdout') return new StdoutSink(config, (text) => process.stdout.write(text));
  if (config.kind === 'jsonl') return new JsonlSink(config, report);
  // Two runners may hand on predictions at the same time, so the version is part of the name.
  const clientId = `edgeloop-${spec.deviceId}-${spec.slot}-sink-${index}-${process.pid}`;
  return new MqttSink(config, () => connect(config.url, clientId, false, report), report);
}

async function connect(
  url: string,
  clientId: string,
  isSessionKept: boolean,
  onProblem: (message: string) => void,
): Promise<LocalBroker> {
  const { connectLocalBroker } = await import('../link/local-broker.ts');
  return connectLocalBroker({ url, clientId, isSessionKept, onProblem });
}
