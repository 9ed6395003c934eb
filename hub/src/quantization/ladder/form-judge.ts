import { createHash } from 'node:crypto';
import { checkModel, type Model, readModel, writeModel } from '@edgeloop/onnx';
import { OutsideError } from '../../errors.ts';
import type { GraphEngine, GraphRunner } from '../../graph-engine.ts';
import type { QuantizationGoals } from '../../store/recipe/recipe.ts';
import { compareLatency, type Latency } from '../compare-latency.ts';
import { feedsAtOnce } from '../feed-source.ts';
import type { Golden } from '../golden/golden.ts';
import type { HeldAnswers, Standing, Yardstick } from '../yardstick/yardstick.ts';
import { judgeForm, keeps, type MeasuredForm, SAME_SPEED, type Verdict } from './judge-form.ts';
import { KeptForms } from './kept-forms.ts';

/** A form with what was measured of it. */
export interface JudgedForm extends MeasuredForm, Verdict {
  /** SHA-256 hex. */
  readonly digest: string;
}

export interface JudgeSetting {
  readonly floatModel: Uint8Array;
  readonly yardstick: Yardstick;
  readonly goals: QuantizationGoals;
  readonly engine: GraphEngine;
  /** With fractions of a millisecond. */
  readonly nowMs: () => number;
}

const REFUSED_TIME_LIMIT_MS = 1_000;

/** Measures forms of one model beside its float form, which stays loaded; each form only once. */
export class FormJudge {
  readonly #setting: JudgeSetting;
  readonly #runner: GraphRunner;
  readonly #held: HeldAnswers;
  readonly #atOnce: number;
  readonly #judged = new Map<string, JudgedForm>();
  /** Large models have forms of hundreds of megabytes, of which few can be what the search ends with. */
  readonly kept: KeptForms = new KeptForms();
  readonly floatLatency: Latency;

  private constructor(
    setting: JudgeSetting,
    float: {
      readonly runner: GraphRunner;
      readonly held: HeldAnswers;
      readonly latency: Latency;
      readonly atOnce: number;
    },
  ) {
    this.#setting = setting;
    this.#runner = float.runner;
    this.#held = float.held;
    this.#atOnce = float.atOnce;
    this.floatLatency = float.latency;
  }

  /** Loads and measures the float form. */
  static async open(setting: JudgeSetting): Promise<FormJudge> {
    const { floatModel, yardstick, engine, nowMs } = setting;
    const model = readModel(floatModel);
    // Smaller forms need no more memory than the float one.
    const atOnce = feedsAtOnce(model, yardstick.source);
    const runner = await engine.open(floatModel);
    try {
      const held = await yardstick.hold({ model, runner, atOnce });
      const itself = { form: runner, other: runner };
      // Far below any share: as many rounds as one look takes.
      const { form } = await compareLatency(itself, yardstick.source, { nowMs, limitShare: 0 });
      return new FormJudge(setting, { runner, held, latency: form, atOnce });
    } catch (error) {
      await runner.close();
      throw error;
    }
  }

  /** How the float form does, against what is known of the rows. */
  get float(): Standing {
    return this.#held.float;
  }

  /**
   * @param name of the variant that it would be
   * @throws OutsideError MODEL_INVALID for a form that is not sound, does not load, or has other outputs
   */
  async judge(name: string, model: Model): Promise<JudgedForm> {
    const [fault] = checkModel(model);
    if (fault !== undefined) throw new OutsideError('MODEL_INVALID', `the form is not sound: ${fault.message}`);
    const bytes = writeModel(model);
    const digest = createHash('sha256').update(bytes).digest('hex');
    const judged = this.#judged.get(digest) ?? (await this.#measure(bytes, digest));
    this.#judged.set(digest, judged);
    this.kept.offer(name, judged, bytes);
    return judged;
  }

  /** Known inputs with the outputs of a form. */
  async golden(form: Uint8Array, tolerance: number): Promise<Golden> {
    const runner = await this.#setting.engine.open(form);
    try {
      return await this.#setting.yardstick.golden(runner, { tolerance, atOnce: this.#atOnce });
    } finally {
      await runner.close();
    }
  }

  close(): Promise<void> {
    return this.#runner.close();
  }

  async #measure(bytes: Uint8Array, digest: string): Promise<JudgedForm> {
    const { engine, yardstick, goals, nowMs, floatModel } = this.#setting;
    const runner = await engine.open(bytes);
    try {
      const standing = await this.#held.measure(runner);
      const limitShare = goals.maxLatencyShare * (1 + SAME_SPEED);
      const both = { form: runner, other: this.#runner };
      const isKept = standing.demands.every((demand) => keeps(demand, goals));
      // The time of what is refused anyway is only told.
      const timeLimitMs = isKept ? undefined : REFUSED_TIME_LIMIT_MS;
      const latency = await compareLatency(both, yardstick.source, { nowMs, limitShare, timeLimitMs });
      const measured = { sizeBytes: bytes.length, standing, latency };
      const options = { goals, floatBytes: floatModel.length, rowsAre: yardstick.rowsAre };
      return { digest, ...measured, ...judgeForm(measured, options) };
    } finally {
      await runner.close();
    }
  }
}
