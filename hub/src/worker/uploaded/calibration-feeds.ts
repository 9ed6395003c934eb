import { DEFAULT_OPSET, type Model, modelStats, writeModel } from '@edgeloop/onnx';
import { InternalError, RequestError } from '../../errors.ts';
import type { GraphEngine } from '../../graph-engine.ts';
import type { FeedSource } from '../../quantization/feed-source.ts';
import { entries } from '../../row-feeds.ts';
import type { CalibrationMapping } from '../../store/calibration-mapping.ts';
import type { Table } from '../../store/table.ts';
import { type BaseInput, baseInput, rowOf } from '../../training/fine-tuning/base-input.ts';
import { checkScaling } from '../../training/fine-tuning/fine-tuning-plan.ts';
import { rawInput } from '../../training/fine-tuning/raw-input.ts';
import { NETWORK_VALUES } from '../../training/network/network.ts';
import { type RawRows, rawRows } from './raw-rows.ts';

/** What the prepared rows may take together. */
const MOST_BYTES = 128 * 1024 * 1024;
const MOST_ROWS = 4_096;
const AT_ONCE = 32;
/** The input of the model while it is only the output of its preparation. */
const PREPARED = 'prepared';

/** Rows of a data set as a model takes them: every second one to calibrate by, the others to judge by. */
export interface CalibrationFeeds {
  readonly calibration: FeedSource;
  readonly judged: FeedSource;
}

export interface CalibrationRequest {
  readonly model: Model;
  readonly table: Table;
  readonly label: string | null;
  readonly mapping: CalibrationMapping;
  readonly engine: GraphEngine;
}

/** @throws RequestError INVALID_INPUT with every reason why the data set cannot feed the model */
export async function calibrationFeeds(request: CalibrationRequest): Promise<CalibrationFeeds> {
  const { model, table, label, mapping, engine } = request;
  const raw = rawRows(table, label, mapping);
  const input = inputOf(model, raw, mapping);
  const places = chosenPlaces(raw.rows, 4 * entries(rowOf(input)));
  const values = await prepared(raw, { input, places, mapping, engine });
  const group = batchOf(model, input.name);
  const source = (parity: number): FeedSource => every(values, { input, parity, group });
  const [calibration, judged] = [source(0), source(1)];
  if (calibration.rows > 0 && judged.rows > 0) return { calibration, judged };
  const least = 2 * group;
  throw new RequestError('INVALID_INPUT', `the data set must have at least ${least} rows, got ${table.rows}`);
}

function inputOf(model: Model, raw: RawRows, mapping: CalibrationMapping): BaseInput {
  const faults: string[] = [];
  const fault = (message: string): void => {
    faults.push(message);
  };
  const input = baseInput(model, undefined, { ...raw, input: mapping.input }, fault);
  if (input) checkScaling(input, mapping.input, fault);
  if (input && faults.length === 0) return input;
  throw new RequestError('INVALID_INPUT', faults.join('; '), { details: { faults } });
}

function chosenPlaces(rows: number, bytesPerRow: number): readonly number[] {
  const count = Math.min(rows, MOST_ROWS, Math.max(2, Math.floor(MOST_BYTES / bytesPerRow)));
  return Array.from({ length: count }, (_, index) => Math.floor((index * rows) / count));
}

interface Preparing {
  readonly input: BaseInput;
  readonly places: readonly number[];
  readonly mapping: CalibrationMapping;
  readonly engine: GraphEngine;
}

/** What the model gets of these rows, row-major. */
async function prepared(raw: RawRows, { input, places, mapping, engine }: Preparing): Promise<Float32Array> {
  const statistics = statisticsOf(raw, places);
  const graph = rawInput(
    { ...input, name: PREPARED },
    { opset: DEFAULT_OPSET, wish: mapping.input, values: statistics, keepsMissing: false },
  );
  const size = entries(rowOf(input));
  const values = new Float32Array(places.length * size);
  const runner = await engine.open(writeModel(graph));
  try {
    for (let start = 0; start < places.length; start += AT_ONCE) {
      const rows = places.slice(start, start + AT_ONCE);
      const features = { type: 'float32', dims: [rows.length, raw.columns], data: raw.values(rows) } as const;
      const { [PREPARED]: output } = await runner.run({ [NETWORK_VALUES.features]: features });
      if (!(output?.data instanceof Float32Array)) throw new InternalError('a preparation gave no numbers');
      values.set(output.data, start * size);
    }
  } finally {
    await runner.close();
  }
  return values;
}

/** Means, for what is missing, and the largest magnitude, by which bytes are told from shares. */
function statisticsOf(
  { columns, image, values }: RawRows,
  places: readonly number[],
): { readonly fill: readonly number[]; readonly largest: number } {
  const [sums, counts] = [new Float64Array(columns), new Float64Array(columns)];
  let largest = 0;
  for (let start = 0; start < places.length; start += AT_ONCE) {
    for (const [at, value] of values(places.slice(start, start + AT_ONCE)).entries()) {
      if (Number.isNaN(value)) continue;
      const column = at % columns;
      sums[column] = (sums[column] ?? 0) + value;
      counts[column] = (counts[column] ?? 0) + 1;
      if (Math.abs(value) > largest) largest = Math.abs(value);
    }
  }
  if (image)
    return {
      fill: [
        sums.reduce((a, b) => a + b, 0) /
          Math.max(
            1,
            counts.reduce((a, b) => a + b, 0),
          ),
      ],
      largest,
    };
  return { fill: Array.from(sums, (sum, at) => sum / Math.max(1, counts[at] ?? 0)), largest };
}

/** Rows of one run where the model fixes them, else 1. */
function batchOf(model: Model, input: string): number {
  const [batch] = modelStats(model).inputs.find(({ name }) => name === input)?.dims ?? [];
  return typeof batch === 'number' ? batch : 1;
}

interface Part {
  readonly input: BaseInput;
  readonly parity: number;
  readonly group: number;
}

/** Every second row, in groups of as many as the model takes in a run where it fixes them. */
function every(values: Float32Array, { input, parity, group }: Part): FeedSource {
  const size = entries(rowOf(input));
  const rows = Math.floor((values.length / size - parity + 1) / 2);
  return {
    rows: Math.floor(rows / group),
    ...(group === 1 ? {} : { atOnce: 1 }),
    feeds: (start, count) => {
      const [from, to] = [start * group, Math.min(rows, (start + count) * group)];
      const data = new Float32Array((to - from) * size);
      for (let row = from; row < to; row++) {
        const at = 2 * row + parity;
        data.set(values.subarray(at * size, (at + 1) * size), (row - from) * size);
      }
      return { [input.name]: { type: 'float32', dims: [to - from, ...rowOf(input)], data } };
    },
  };
}
