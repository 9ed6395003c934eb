import { checkModel, type Model, readModel, writeModel } from '@edgeloop/onnx';
import { InternalError } from '../errors.ts';
import type { GraphEngine, GraphRunner } from '../graph-engine.ts';
import { predictRows } from '../predict-rows.ts';
import { rowsAtOnce } from '../rows-at-once.ts';
import type { TargetSpec } from '../store/job-rows.ts';
import type { Metrics } from '../store/metrics/metrics.ts';
import type { ModelPredictions, ModelRows, Target } from '../store/model-rows.ts';
import type { QuantizationGoals } from '../store/recipe/recipe.ts';
import { activationRanges } from './activation-ranges.ts';
import { type Candidate, candidatesOf } from './candidates.ts';
import { goldenVectors } from './golden-rows.ts';
import { judgeVariant, keepsQuality } from './judge-variant.ts';
import { type Latency, measureLatency } from './measure-latency.ts';

export interface QuantizeModelInput {
  readonly floatModel: Uint8Array;
  /** Rows whose activation ranges count. */
  readonly calibration: ModelRows;
  /** Held-out rows: what decides. */
  readonly test: ModelRows;
  readonly task: TargetSpec['task'];
  readonly goals: QuantizationGoals;
  readonly engine: GraphEngine;
  measure(predictions: ModelPredictions, target: Target): Metrics;
  /** With fractions of a millisecond. */
  readonly nowMs: () => number;
  readonly signal?: AbortSignal | undefined;
  readonly onForm?: ((name: string) => void) | undefined;
}

/** One form of the model, with what was measured of it. */
export interface Variant extends Latency {
  readonly name: string;
  readonly model: Uint8Array;
  /** Encoded GoldenVectors. */
  readonly golden: Uint8Array;
  readonly accepted: boolean;
  readonly reasons: readonly string[];
  readonly metrics: Metrics;
}

/**
 * Largest accepted deviation, of a probability or as a share of the range of the numbers. Integers round differently on
 * another processor, floats hardly.
 */
const TOLERANCE_FLOAT = 1e-3;
const TOLERANCE_INT8 = 0.05;

interface SizedInput extends QuantizeModelInput {
  /** Rows in one run. */
  readonly atOnce: number;
}

interface Form {
  readonly name: string;
  readonly model: Uint8Array;
  readonly metrics: Metrics;
  readonly runner: GraphRunner;
  /** Nodes in float32 although the form is not. */
  readonly inFloat: readonly string[];
}

/**
 * Makes smaller forms of a model and measures them all: smaller ones first, float32 last.
 *
 * Of each kind the first rung that keeps the accuracy counts; where none does, the last one is reported as refused.
 */
export async function quantizeModel(input: QuantizeModelInput): Promise<readonly Variant[]> {
  const forms: Form[] = [];
  try {
    const source = readModel(input.floatModel);
    // Smaller forms need no more memory than the float one.
    const sized = { ...input, atOnce: rowsAtOnce(source) };
    const float = await loadForm(sized, { name: 'float32', model: input.floatModel, inFloat: [] });
    forms.push(float);
    const ranges = await activationRanges(source, input.calibration, input.engine);
    for (const candidate of candidatesOf(source, ranges)) {
      input.signal?.throwIfAborted();
      input.onForm?.(candidate.name);
      forms.push(await climb(sized, candidate, float));
    }
    return await judgeAll(sized, forms);
  } finally {
    for (const { runner } of forms) await runner.close();
  }
}

async function climb(input: SizedInput, candidate: Candidate, float: Form): Promise<Form> {
  let form: Form | undefined;
  for (const { build, inFloat } of candidate.rungs) {
    await form?.runner.close();
    form = await loadForm(input, { name: candidate.name, model: checkedBytes(build()), inFloat });
    if (keepsQuality(form.metrics, float.metrics, input.goals)) return form;
  }
  if (form === undefined) throw new InternalError(`candidate ${candidate.name} has no rungs`);
  return form;
}

async function loadForm(input: SizedInput, form: Omit<Form, 'metrics' | 'runner'>): Promise<Form> {
  const { engine, test } = input;
  const runner = await engine.open(form.model);
  try {
    const metrics = input.measure(await predictRows(runner, test, input.task, input.atOnce), test.target);
    return { ...form, metrics, runner };
  } catch (error) {
    await runner.close();
    throw error;
  }
}

async function judgeAll(input: SizedInput, forms: readonly Form[]): Promise<readonly Variant[]> {
  const latencies = await measureLatency(
    forms.map(({ runner }) => runner),
    input.test,
    input.nowMs,
  );
  const measured = forms.map(({ model, metrics }, index) => ({
    sizeBytes: model.length,
    metrics,
    latency: latencies[index] ?? { p50Ms: 0, p95Ms: 0 },
  }));
  const variants: Variant[] = [];
  for (const [index, form] of forms.entries()) {
    const [figures, float] = [measured[index], measured[0]];
    if (figures === undefined || float === undefined) throw new InternalError('a form was not measured');
    const isFloat = index === 0;
    const verdict = isFloat
      ? { accepted: true, reasons: ['kept: what the smaller forms are measured against'] }
      : judgeVariant(figures, float, input.goals);
    variants.push({
      name: form.name,
      model: form.model,
      golden: await goldenVectors(form.runner, {
        rows: input.test,
        task: input.task,
        tolerance: isFloat ? TOLERANCE_FLOAT : TOLERANCE_INT8,
        atOnce: input.atOnce,
      }),
      accepted: verdict.accepted,
      reasons: [...verdict.reasons, ...inFloatSentence(form)],
      metrics: form.metrics,
      ...figures.latency,
    });
  }
  return [...variants.slice(1), ...variants.slice(0, 1)];
}

function inFloatSentence({ inFloat }: Form): string[] {
  return inFloat.length === 0 ? [] : [`noted: ${inFloat.join(', ')} stay in float32 to keep the accuracy`];
}

function checkedBytes(model: Model): Uint8Array {
  const [fault] = checkModel(model);
  if (fault === undefined) return writeModel(model);
  throw new InternalError(`a quantized model is not sound: ${fault.message}`);
}
