import { bindSizes, type Model, modelStats, type Tensor, type ValueSummary } from '@edgeloop/onnx';
import { HubError, messageOf, OutsideError } from '../../errors.ts';
import type { GraphRunner, Tensors } from '../../graph-engine.ts';
import type { FeedSource } from '../../quantization/feed-source.ts';
import { tensorsBytes } from '../../quantization/golden/named-tensors.ts';
import { SeededRandom } from '../../training/seeded-random.ts';
import { lookedUpRows } from './looked-up-rows.ts';
import { madeUpTensor } from './made-up-tensor.ts';
import { bindOpenSizes, SIZE_ATTEMPTS } from './open-sizes.ts';

const SEED = 1;
const MOST_ROWS = 128;
const FEWEST_ROWS = 16;
/** What all rows may take together, where that leaves two of them. */
const MOST_BYTES = 128 * 1024 * 1024;
/** Multiplications of all rows together: some seconds for every form that is judged. */
const WORK = 2e10;

/** Inputs that nobody has measured, and what is to be said about them. */
export interface MadeUpFeeds {
  readonly source: FeedSource;
  /** 'x [1, 3, 96, 96]' */
  readonly shapes: string;
  /** Inputs that got what the model said in the row before. */
  readonly states: readonly string[];
}

/**
 * Rows for a model of which nothing is known but its file. Sizes that it leaves open are bound in the first way in which
 * it runs; what it keeps from one run to the next goes from row to row.
 *
 * @throws OutsideError MODEL_INVALID when it runs in no way that was tried
 */
export async function madeUpFeeds(model: Model, runner: GraphRunner): Promise<MadeUpFeeds> {
  const { inputs } = modelStats(model);
  const limits = new Map(inputs.map(({ name }) => [name, lookedUpRows(model, name)]));
  const { attempt, feeds, outputs } = await firstThatRuns(inputs, limits, runner);
  const states = statesOf(inputs, feeds, outputs);
  const rows = rowCount(bindSizes(model, bindOpenSizes(inputs, attempt).sizes), feeds);
  const random = new SeededRandom(SEED);
  const kept: Tensors[] = [];
  let said = outputs;
  for (let row = 0; row < rows; row++) {
    const carried = Object.fromEntries([...states].flatMap(([input, output]) => entryOf(input, said[output])));
    const next = { ...makeUp(inputs, limits, attempt, random), ...carried };
    kept.push(next);
    if (states.size > 0) said = await runner.run(next);
  }
  return {
    source: { rows, atOnce: 1, feeds: (start) => kept[start] ?? {} },
    shapes: inputs.map(({ name }) => `${name} [${feeds[name]?.dims.join(', ') ?? ''}]`).join(', '),
    states: [...states.keys()],
  };
}

function rowCount(bound: Model, row: Tensors): number {
  const affordable = Math.floor(WORK / Math.max(1, modelStats(bound).multiplyAddsPerRow));
  const held = Math.max(2, Math.floor(MOST_BYTES / Math.max(1, tensorsBytes(row))));
  return Math.min(MOST_ROWS, held, Math.max(FEWEST_ROWS, affordable));
}

interface FirstRun {
  readonly attempt: number;
  readonly feeds: Tensors;
  readonly outputs: Tensors;
}

async function firstThatRuns(
  inputs: readonly ValueSummary[],
  limits: ReadonlyMap<string, number>,
  runner: GraphRunner,
): Promise<FirstRun> {
  let reason = '';
  for (let attempt = 0; attempt < SIZE_ATTEMPTS; attempt++) {
    const feeds = makeUp(inputs, limits, attempt, new SeededRandom(SEED));
    try {
      return { attempt, feeds, outputs: await runner.run(feeds) };
    } catch (error) {
      if (!(error instanceof HubError) || error.code !== 'MODEL_INVALID') throw error;
      reason ||= messageOf(error);
    }
  }
  throw new OutsideError('MODEL_INVALID', `the model ran with none of ${SIZE_ATTEMPTS} made-up inputs: ${reason}`);
}

function makeUp(
  inputs: readonly ValueSummary[],
  limits: ReadonlyMap<string, number>,
  attempt: number,
  random: SeededRandom,
): Tensors {
  const { shapes } = bindOpenSizes(inputs, attempt);
  return Object.fromEntries(
    inputs.map((input) => {
      const { name } = input;
      return [
        name,
        madeUpTensor({ input, dims: shapes.get(name) ?? [], limit: limits.get(name) ?? 1, attempt }, random),
      ];
    }),
  );
}

/** Inputs behind the first one that have the type and shape of an output, by name where there are several. */
function statesOf(inputs: readonly ValueSummary[], feeds: Tensors, outputs: Tensors): ReadonlyMap<string, string> {
  const free = new Set(Object.keys(outputs));
  const states = new Map<string, string>();
  for (const { name } of inputs.slice(1)) {
    const alike = [...free].filter((output) => isAlike(feeds[name], outputs[output]));
    const output = alike.find((candidate) => candidate.includes(name)) ?? alike[0];
    if (output === undefined) continue;
    free.delete(output);
    states.set(name, output);
  }
  return states;
}

function isAlike(input: Tensor | undefined, output: Tensor | undefined): boolean {
  if (!input || !output || input.type !== output.type || input.dims.length < 2) return false;
  return String(input.dims) === String(output.dims);
}

function entryOf(name: string, tensor: Tensor | undefined): [string, Tensor][] {
  return tensor === undefined ? [] : [[name, tensor]];
}
