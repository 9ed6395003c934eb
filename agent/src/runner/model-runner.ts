import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { faultPoint } from '../fault-point.ts';
import { OnnxModel } from '../inference/onnx-model.ts';
import { Predictor } from '../inference/predictor.ts';
import type { HttpSource } from '../source/http-source.ts';
import type { Source } from '../source/source.ts';
import type { SourcePositions } from '../store/position-store.ts';
import { Sampler } from '../telemetry/sampler.ts';
import { processMeter, WindowRecorder } from '../telemetry/window-recorder.ts';
import { systemTime } from '../time.ts';
import { buildSink, buildSource } from './build-stages.ts';
import { RunnerPipeline } from './pipeline.ts';
import type { FromRunner, RunnerSettings, RunnerSpec, WindowDelivery } from './runner-messages.ts';

// The same trouble with every reading is told once in a while, and counted in the window.
const PROBLEM_PAUSE_MS = 10_000;

/** Runs one model: loads it, reads its sources until told to hand them over, then ends. */
export class ModelRunner {
  readonly #spec: RunnerSpec;
  readonly #sources: readonly Source[];
  readonly #sampler: Sampler;
  readonly #predictor: Predictor;
  readonly #pipeline: RunnerPipeline;
  readonly #send: (message: FromRunner) => void;
  readonly #lastTold = new Map<string, number>();

  private constructor(spec: RunnerSpec, model: OnnxModel, sources: readonly Source[], send: (m: FromRunner) => void) {
    const { slot, version, releaseDigest, reference, runnable } = spec;
    const { classes } = runnable.signature;
    const subject = { slot, model: spec.model, version, signature: runnable.signature };
    this.#spec = spec;
    this.#send = send;
    this.#sources = sources;
    this.#sampler = new Sampler(runnable.signature, systemTime, Math.random);
    this.#predictor = new Predictor(model, { ...subject, idPrefix: randomBytes(6).toString('base64url') });
    const onProblem = (code: string, message: string): void => this.#tellProblem(code, message);
    this.#pipeline = new RunnerPipeline(
      {
        sources,
        predictor: this.#predictor,
        sinks: spec.sinks.map((config, index) => buildSink(config, index, spec, onProblem)),
        recorder: new WindowRecorder({ ...subject, releaseDigest, reference, classes }, systemTime, processMeter),
        sampler: this.#sampler,
        time: systemTime,
        deliver: (delivery) => this.#deliver(delivery),
        onProblem,
      },
      spec.settings.windowMs,
    );
  }

  /** Loads the model and opens the sinks. @throws OutsideError as `OnnxModel.load`, ProtocolUsageError INVALID_INPUT */
  static async load(spec: RunnerSpec, send: (message: FromRunner) => void): Promise<ModelRunner> {
    faultPoint('runner.before-load', spec.version);
    const model = await OnnxModel.load(spec.runnable);
    const sources = await Promise.all(
      spec.sources.map((config, index) => buildSource(config, index, spec, systemTime)),
    );
    const runner = new ModelRunner(spec, model, sources, send);
    runner.use(spec.settings);
    await runner.#pipeline.open();
    // Local requests are answered from the first moment; the other sources wait until they are handed over.
    for (const [index, config] of spec.sources.entries()) {
      if (config.kind === 'http') await runner.#pipeline.read(index, undefined);
    }
    faultPoint('runner.after-load', spec.version);
    send({ kind: 'loaded', digest: model.digest });
    return runner;
  }

  /** Predictions made so far. */
  get inferences(): number {
    return this.#predictor.count;
  }

  /** Begins to read the sources that only one runner can read at a time. */
  async takeOver(positions: SourcePositions): Promise<void> {
    for (const index of this.#exclusiveSources()) await this.#pipeline.read(index, positions[index]);
    faultPoint('runner.after-start', this.#spec.version);
  }

  /** Serves a connection of HTTP source `source`. */
  accept(source: number, socket: Socket): void {
    if (this.#spec.sources[source]?.kind === 'http') (this.#sources[source] as HttpSource).accept(socket);
    else socket.destroy();
  }

  use(settings: RunnerSettings): void {
    this.#sampler.use(settings.samples);
    this.#pipeline.useWindowMs(settings.windowMs);
  }

  /** Frees the sources, says so, then finishes the requests that are open. */
  async handOver(graceMs: number): Promise<void> {
    faultPoint('runner.before-hand-over', this.#spec.version);
    const exclusive = this.#exclusiveSources();
    await Promise.all(exclusive.map((index) => this.#pipeline.leave(index, graceMs)));
    this.#pipeline.cut();
    this.#send({ kind: 'handed-over' });
    faultPoint('runner.after-hand-over', this.#spec.version);
    await Promise.all(this.#sources.map((_, index) => this.#pipeline.leave(index, graceMs)));
    await this.#pipeline.close();
  }

  #exclusiveSources(): number[] {
    return [...this.#spec.sources.entries()].filter(([, { kind }]) => kind !== 'http').map(([index]) => index);
  }

  #deliver(delivery: WindowDelivery): void {
    faultPoint('runner.before-window', this.#spec.version);
    this.#send(delivery);
    faultPoint('runner.after-window', this.#spec.version);
  }

  #tellProblem(code: string, message: string): void {
    const nowMs = systemTime.monotonicMs();
    const lastMs = this.#lastTold.get(code);
    if (lastMs !== undefined && nowMs - lastMs < PROBLEM_PAUSE_MS) return;
    this.#lastTold.set(code, nowMs);
    this.#send({ kind: 'problem', code, message });
  }
}
