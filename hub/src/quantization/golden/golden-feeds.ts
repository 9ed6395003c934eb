import type { Tensor } from '@edgeloop/onnx';
import { GoldenVectors } from '@edgeloop/protocol';
import type { GraphRunner, Tensors } from '../../graph-engine.ts';
import type { FeedSource } from '../feed-source.ts';
import { fewRowsNotes, type Golden, type GoldenOptions, goldenRowCount } from './golden.ts';
import { namedTensors, tensorsBytes } from './named-tensors.ts';

/** What rounding alone does to a float32, as a share of the largest number. */
const ROUNDING = 1e-5;

interface Run {
  readonly inputs: Tensors;
  readonly outputs: Tensors;
}

/**
 * Known inputs of any model with the outputs of this form: rows from the whole source, one run each.
 *
 * Only rows whose inputs and outputs have the shapes of the first one, for they travel as one tensor each. Outputs that
 * are not floating-point numbers are left out: a class may rightly change where two are nearly equal.
 */
export async function goldenFeeds(runner: GraphRunner, source: FeedSource, options: GoldenOptions): Promise<Golden> {
  const first = await runOf(runner, source, 0);
  const bytesPerRow = tensorsBytes(first.inputs) + tensorsBytes(first.outputs);
  const wanted = Math.min(source.rows, goldenRowCount(bytesPerRow));
  const runs = [first];
  let others = 0;
  for (let index = 1; index < wanted; index++) {
    const run = await runOf(runner, source, Math.floor((index * source.rows) / wanted));
    if (isAlike(run, first)) runs.push(run);
    else others++;
  }
  const outputs = joined(runs.map((run) => run.outputs));
  const bytes = GoldenVectors.encode({
    rows: runs.length,
    inputs: namedTensors(joined(runs.map(({ inputs }) => inputs))),
    outputs: namedTensors(outputs),
    tolerance: toleranceOf(outputs, options.tolerance),
    rowsPerRun: 1,
  });
  const { length: rows } = runs;
  const left = `golden vectors have ${rows} ${rows === 1 ? 'row' : 'rows'}: ${others} more have another shape than the first one`;
  return { bytes, rows, notes: others === 0 ? fewRowsNotes(rows, bytesPerRow) : [left] };
}

async function runOf(runner: GraphRunner, source: FeedSource, row: number): Promise<Run> {
  const inputs = source.feeds(row, 1);
  const outputs = Object.entries(await runner.run(inputs)).filter(([, { type }]) => type.startsWith('float'));
  return { inputs, outputs: Object.fromEntries(outputs) };
}

function isAlike(run: Run, first: Run): boolean {
  const shapes = ({ inputs, outputs }: Run): string =>
    JSON.stringify([...Object.values(inputs), ...Object.values(outputs)].map(({ dims }) => dims));
  return shapes(run) === shapes(first);
}

function joined(rows: readonly Tensors[]): Tensors {
  const [first] = rows;
  return Object.fromEntries(
    Object.keys(first ?? {}).map((name) => [name, joinedTensor(rows.flatMap((row) => row[name] ?? []))]),
  );
}

/** One after the other along the first dimension; scalars stay as they are. */
function joinedTensor(tensors: readonly Tensor[]): Tensor {
  const [first] = tensors as [Tensor];
  const [rows, ...others] = first.dims;
  if (rows === undefined) return first;
  const dims = [rows * tensors.length, ...others];
  if (first.type === 'string') return { ...first, dims, data: tensors.flatMap(({ data }) => [...(data as string[])]) };
  const source = first.data as Float32Array;
  const Numbers = source.constructor as Float32ArrayConstructor;
  const data = new Numbers(source.length * tensors.length);
  for (const [index, tensor] of tensors.entries()) data.set(tensor.data as Float32Array, index * source.length);
  return { ...first, dims, data } as Tensor;
}

/** A share of the range of the output with the widest one: the vectors have one tolerance for all. */
function toleranceOf(outputs: Tensors, share: number): number {
  const tolerances = Object.values(outputs).map(({ data }) => {
    let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const value of data as Float32Array) {
      if (value < min) min = value;
      if (value > max) max = value;
    }
    if (!Number.isFinite(max - min)) return 0;
    return Math.max(share * (max - min), ROUNDING * Math.max(Math.abs(min), Math.abs(max)));
  });
  return Math.max(0, ...tolerances);
}
