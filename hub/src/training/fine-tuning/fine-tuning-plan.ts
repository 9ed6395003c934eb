import {
  type BlockingNode,
  bindSizes,
  blockingNodes,
  type ClassifierBody,
  type ClassifierHead,
  classifierBody,
  findClassifierHead,
  freeBatch,
  inferTypes,
  type Model,
  OnnxError,
  trainableParameters,
} from '@edgeloop/onnx';
import { RequestError } from '../../errors.ts';
import type { Recipe } from '../../store/recipe/recipe.ts';
import { type BaseInput, baseInput, rowOf, type TellFault } from './base-input.ts';
import { baseModel } from './base-model.ts';
import { chosenWeights } from './chosen-weights.ts';

/** What fine-tuning does with a base model. */
export interface FineTuningPlan {
  /** The base model, with any number of rows. */
  readonly model: Model;
  /** The layer that is replaced. */
  readonly head: ClassifierHead;
  readonly input: BaseInput;
  /** Initializers of the model that are trained beside the new head. */
  readonly trained: readonly string[];
}

/**
 * Decides how a model is fine-tuned; computes nothing.
 *
 * @param bytes file of the version to start from
 * @param columns how many the data set gives
 * @throws RequestError INVALID_INPUT with every reason why it cannot be
 */
export function planFineTuning(
  bytes: Uint8Array,
  { image, input: wish, trainable = 'head' }: Pick<Recipe, 'image' | 'input' | 'trainable'>,
  columns: number,
): FineTuningPlan {
  const faults: string[] = [];
  const fault: TellFault = (message) => faults.push(message);
  const base = attempt(() => baseModel(bytes), fault);
  if (!base) throw refusal(faults);
  const head = attempt(() => findClassifierHead(base), fault);
  const input = baseInput(base, head?.features, { columns, image, input: wish }, fault);
  if (input) checkScaling(input, wish, fault);
  const trained = head ? chosen(classifierBody(base, head), trainable, fault) : [];
  const model = head && input ? attempt(() => fitted(base, input, head, fault), fault) : undefined;
  if (faults.length > 0 || !model || !head || !input) throw refusal(faults);
  return { model, head, input, trained };
}

/** Tells of means and deviations that are not one for all, or one for each channel or column of the input. */
export function checkScaling(input: BaseInput, wish: Recipe['input'] | undefined, fault: TellFault): void {
  const [size, what] = input.kind === 'table' ? [input.columns, 'columns'] : [input.channels, 'channels'];
  for (const word of ['mean', 'deviation'] as const) {
    const told = wish?.[word];
    if (!Array.isArray(told) || told.length === size) continue;
    fault(`input.${word}: expected one value or one for each of ${size} ${what}, got ${told.length}`);
  }
}

/** The model with any number of rows, of the size that it will get. */
function fitted(base: Model, input: BaseInput, { features }: ClassifierHead, fault: TellFault): Model {
  const model = sized(freeBatch(base, input.name, features), input);
  if (input.kind === 'table') return model;
  const types = inferTypes(model);
  const isEmpty = (value: string): boolean =>
    types.typeOf(value).dims?.some((dim) => typeof dim === 'number' && dim < 1) ?? false;
  const empty = model.graph.node.find(({ output }) => output.some(isEmpty));
  if (empty) {
    const image = `${input.height} x ${input.width}`;
    const node = `${empty.name || empty.output[0]} (${empty.opType})`;
    fault(
      `input: nothing is left of an image of ${image} behind node ${node}; say larger ones in the recipe, such as input: { height: ${2 * input.height}, width: ${2 * input.width} }`,
    );
  }
  return model;
}

/** The model with the sizes of a row, where it leaves them open. */
function sized(model: Model, input: BaseInput): Model {
  const [, ...row] = inferTypes(model).typeOf(input.name).dims ?? [];
  const sizes = rowOf(input).flatMap((size, at): [string, number][] =>
    typeof row[at] === 'number' ? [] : [[`${input.name}.${at + 1}`, size]],
  );
  return bindSizes(model, Object.fromEntries(sizes));
}

/** Weights of the body: the old head has nothing to learn any more. */
function chosen({ model }: ClassifierBody, trainable: string, fault: TellFault): readonly string[] {
  if (trainable === 'head') return [];
  const names = chosenWeights(trainable, trainableParameters(model), fault);
  for (const nodes of byReason(blockingNodes(model, names))) {
    const [{ node, operator, reason }] = nodes;
    const others = nodes.length > 1 ? ` and ${nodes.length - 1} more` : '';
    fault(`trained weights lie in front of node ${node} (${operator})${others}, which has no gradient: ${reason}`);
  }
  return names;
}

type BlockingNodes = [BlockingNode, ...BlockingNode[]];

function byReason(nodes: readonly BlockingNode[]): BlockingNodes[] {
  const groups = new Map<string, BlockingNodes>();
  for (const node of nodes) {
    const key = `${node.operator} ${node.reason}`;
    const group = groups.get(key);
    if (group) group.push(node);
    else groups.set(key, [node]);
  }
  return [...groups.values()];
}

/** The result; undefined when the model is at fault, with the reason told. */
function attempt<T>(work: () => T, fault: TellFault): T | undefined {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof OnnxError)) throw error;
    fault(error.message);
    return undefined;
  }
}

function refusal(faults: readonly string[]): RequestError {
  return new RequestError('INVALID_INPUT', `fine-tuning: ${faults.join('; ')}`, { details: { faults } });
}
