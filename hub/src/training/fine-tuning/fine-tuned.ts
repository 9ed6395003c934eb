import {
  type ClassifierBody,
  classifierBody,
  DEFAULT_OPSET,
  float32,
  type HeadValues,
  joinModels,
  modelStats,
  optimize,
  renamedApart,
  renameModelValues,
  splitModel,
  withClassifierHead,
} from '@edgeloop/onnx';
import { InternalError } from '../../errors.ts';
import type { GraphEngine } from '../../graph-engine.ts';
import type { Recipe } from '../../store/recipe/recipe.ts';
import { drawnWeights } from '../layers/drawn-weights.ts';
import { NETWORK_VALUES, type Network } from '../network/network.ts';
import { featureScaling } from '../preparation/feature-scaling.ts';
import { imageScaling } from '../preparation/image-scaling.ts';
import type { SeededRandom } from '../seeded-random.ts';
import type { BaseInput } from './base-input.ts';
import { featureStatistics } from './feature-statistics.ts';
import { type FineTuningPlan, planFineTuning } from './fine-tuning-plan.ts';
import { frozenEnd } from './frozen-end.ts';
import { type RawValues, rawInput } from './raw-input.ts';
import type { TableRows } from './table-rows.ts';

export interface FineTunedInput {
  /** File of the version to start from. */
  readonly base: Uint8Array;
  readonly recipe: Recipe;
  readonly train: TableRows;
  readonly engine: GraphEngine;
  readonly random: SeededRandom;
}

/**
 * A network that starts as another model: its last layer is new, the chosen weights learn on, everything in front of
 * them is frozen and runs once over all rows.
 *
 * @throws RequestError INVALID_INPUT with every reason why it cannot be; what running the model throws
 */
export async function fineTuned({ base, recipe, train, engine, random }: FineTunedInput): Promise<Network> {
  const plan = planFineTuning(base, recipe, train.features.length);
  const model = withRawInput(classifierBody(plan.model, plan.head), plan, recipe, train);
  const head = withClassifierHead(
    model,
    await firstHead(model, plan, { train, engine, random }),
    NETWORK_VALUES.logits,
  );
  const trainable = [head.weight, head.bias, ...plan.trained];
  const cut = frozenEnd(head.model, {
    ...{ inputs: [NETWORK_VALUES.features], output: NETWORK_VALUES.logits, trainable },
    ...{ rows: train.rows, rowValues: train.features.length },
    known: { value: head.features, dims: [plan.head.units] },
  });
  if (cut === undefined) throw new InternalError('the raw input must have a value to cut at, got none');
  const { front, back } = splitModel(head.model, cut.value);
  const prepared = new Map([[cut.value, NETWORK_VALUES.prepared]]);
  return {
    preparation: optimize(renameModelValues(front, prepared)).model,
    preparedDims: cut.dims,
    parts: [],
    output: NETWORK_VALUES.logits,
    core: renameModelValues(back, prepared),
    trainable,
  };
}

/** Raw `features` -> what the head reads. */
function withRawInput(
  { model, features }: ClassifierBody,
  { input }: FineTuningPlan,
  recipe: Recipe,
  train: TableRows,
): ClassifierBody {
  const raw = rawInput(input, {
    opset: modelStats(model).opsets[''] ?? DEFAULT_OPSET,
    wish: recipe.input,
    values: rawValues(input, train),
    keepsMissing: model.graph.node.some((node) => node.opType === 'IsNaN' && node.input.includes(input.name)),
  });
  return { model: joinModels(renamedApart(raw, model), model), features };
}

function rawValues({ kind }: BaseInput, train: TableRows): RawValues {
  let largest = 0;
  for (const value of train.values) if (Math.abs(value) > largest) largest = Math.abs(value);
  const fill = kind === 'image' ? [imageScaling(train).mean] : featureScaling(train).map((column) => column.fill);
  return { fill, largest };
}

/** Random weights over features of mean 0 and deviation 1, which learn alike whatever the base model gives. */
async function firstHead(
  body: ClassifierBody,
  { head: { units } }: FineTuningPlan,
  { train, engine, random }: Pick<FineTunedInput, 'train' | 'engine' | 'random'>,
): Promise<HeadValues> {
  const classes = train.classes.length;
  const { mean, deviation } = await featureStatistics(body, units, train, engine);
  return {
    scaling: { mean: float32(mean), deviation: float32(deviation) },
    weight: float32(drawnWeights(random, units * classes, units, classes), [units, classes]),
    bias: float32(new Float32Array(classes)),
  };
}
