import type { GoldenVectors, NamedTensor } from '@edgeloop/protocol';
import type { OnnxModel } from './onnx-model.ts';
import type { OutputTensor } from './output-reader.ts';

type Outputs = Readonly<Record<string, OutputTensor>>;

/**
 * Outputs of all golden rows, computed as many at a time as the vectors say: dynamic quantization takes its ranges from
 * all rows of a run, and more rows than that may be too many for this device.
 *
 * @throws OutsideError as `OnnxModel.run`
 */
export async function runGoldenRows(model: Pick<OnnxModel, 'runTensors'>, golden: GoldenVectors): Promise<Outputs> {
  const { rows, rowsPerRun } = golden;
  // Hubs before the field computed all at once.
  if (rowsPerRun === 0 || rowsPerRun >= rows) return model.runTensors(golden.inputs);
  const runs: Outputs[] = [];
  for (let start = 0; start < rows; start += rowsPerRun) {
    runs.push(await model.runTensors(goldenInputs(golden, start, Math.min(rowsPerRun, rows - start))));
  }
  return joined(runs);
}

/** The inputs of `count` golden rows from `start` on. */
export function goldenInputs({ inputs, rows }: GoldenVectors, start: number, count: number): NamedTensor[] {
  return inputs.map((input) => {
    // A single number is the same for all rows.
    if (input.dims.length === 0) return input;
    const [width, texts, entries] = [input.data.length, input.strings.length, input.dims[0] ?? rows].map(
      (size) => size / rows,
    ) as [number, number, number];
    const end = start + count;
    return {
      ...input,
      dims: [count * entries, ...input.dims.slice(1)],
      data: input.data.slice(start * width, end * width),
      strings: input.strings.slice(start * texts, end * texts),
    };
  });
}

/** Outputs of runs one behind the other along the first dimension. */
function joined(runs: readonly Outputs[]): Outputs {
  const [first = {}] = runs;
  return Object.fromEntries(
    Object.entries(first).map(([name, { dims }]) => {
      const parts = runs.flatMap((outputs) => outputs[name] ?? []);
      const entries = parts.reduce((sum, part) => sum + (part.dims[0] ?? 0), 0);
      const data = parts.flatMap((part) => Array.from<number | bigint | string>(part.data));
      return [name, { dims: dims.length === 0 ? dims : [entries, ...dims.slice(1)], data }];
    }),
  );
}
