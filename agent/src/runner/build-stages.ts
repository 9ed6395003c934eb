import type { TensorSpec } from '@edgeloop/protocol';
import { inputKind } from '../input-kind.ts';
import type { LocalBroker } from '../link/local-broker.ts';
import { JsonlSink } from '../sink/jsonl-sink.ts';
import { MqttSink } from '../sink/mqtt-sink.ts';
import type { Sink } from '../sink/sink.ts';
import type { SinkConfig } from '../sink/sink-config.ts';
import { StdoutSink } from '../sink/stdout-sink.ts';
import { MqttSource } from '../source/mqtt-source.ts';
import type { Source } from '../source/source.ts';
import type { MqttSourceConfig, ReplayConfig, SourceConfig, TextLinesConfig } from '../source/source-config.ts';
import { WindowedSource } from '../source/windowed-source.ts';
import type { Time } from '../time.ts';
import type { RunnerSpec } from './runner-messages.ts';

/** Where troubles of a stage go. */
export type OnProblem = (code: string, message: string) => void;

/** The source that a configuration asks for. Libraries are loaded only for the kinds in use. */
export async function buildSource(config: SourceConfig, index: number, spec: RunnerSpec, time: Time): Promise<Source> {
  const { inputs } = spec.runnable.signature;
  if (config.kind === 'http') {
    const { HttpSource } = await import('../source/http-source.ts');
    const served = { model: spec.model, version: spec.version, signature: spec.runnable.signature };
    return new HttpSource(served, time, config);
  }
  if (config.kind === 'image-folder') {
    const { ImageFolderSource } = await import('../source/image-folder-source.ts');
    return new ImageFolderSource(config, onlyOne(inputs.filter((input) => inputKind(input) === 'image')), time);
  }
  if (config.kind === 'text-lines') return buildTextSource(config, inputs, time);
  return windowed(await buildRowSource(config, index, spec, time), config, inputs);
}

async function buildRowSource(
  config: ReplayConfig | MqttSourceConfig,
  index: number,
  spec: RunnerSpec,
  time: Time,
): Promise<Source> {
  if (config.kind === 'mqtt') {
    // The same client id for every runner of the slot: the broker keeps what comes in between two of them.
    const clientId = `edgeloop-${spec.deviceId}-${spec.slot}-source-${index}`;
    return new MqttSource(config, (onProblem) => connect(config.url, clientId, true, onProblem), time);
  }
  const { ReplaySource } = await import('../source/replay-source.ts');
  return new ReplaySource(config, time);
}

async function buildTextSource(config: TextLinesConfig, inputs: readonly TensorSpec[], time: Time): Promise<Source> {
  const { TextLinesSource } = await import('../source/text-lines-source.ts');
  const texts = inputs.flatMap(({ features }) => features).filter(({ kind }) => kind === 'text');
  const field = config.field ?? onlyOne(texts)?.name;
  // Each start of the agent has a process of its own above this one.
  return new TextLinesSource(config, { time, field, input: () => process.stdin, session: String(process.ppid) });
}

/** A model of windows sees the readings of a stream as windows. */
function windowed(
  source: Source,
  { window = {} }: ReplayConfig | MqttSourceConfig,
  inputs: readonly TensorSpec[],
): Source {
  const input = inputs.find((one) => inputKind(one) === 'window');
  return input === undefined ? source : new WindowedSource(source, input, window);
}

function onlyOne<Item>(items: readonly Item[]): Item | undefined {
  return items.length === 1 ? items[0] : undefined;
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
