import type { ModelSignature, TensorSpec } from '@edgeloop/protocol';
import { OutsideError } from '../errors.ts';

/** What one row of the outputs says. */
export interface OutputRow {
  readonly predicted: string;
  readonly classIndex?: number | undefined;
  readonly confidence?: number | undefined;
  readonly probabilities?: readonly number[] | undefined;
  readonly score?: number | undefined;
  readonly outputs: Readonly<Record<string, readonly (number | string)[]>>;
}

/** An output as ONNX Runtime returns it: row-major, batch first. */
export interface OutputTensor {
  readonly dims: readonly number[];
  readonly data: ArrayLike<number | bigint | string>;
}

/** Reads a model's outputs by the meaning its signature gives them. */
export class OutputReader {
  readonly #signature: ModelSignature;

  constructor(signature: ModelSignature) {
    this.#signature = signature;
  }

  /**
   * Checks the shapes of a whole batch.
   *
   * @throws OutsideError INFERENCE_FAILED for a missing output or one with another number of rows
   */
  check(outputs: Readonly<Record<string, OutputTensor>>, rows: number): void {
    for (const spec of this.#signature.outputs) {
      const tensor = outputs[spec.name];
      if (tensor === undefined) throw wrong(`output ${spec.name}: expected a tensor, got none`);
      const expected = [rows, ...spec.dims.slice(1)];
      const fits =
        tensor.dims.length === expected.length && expected.every((dim, i) => dim < 0 || dim === tensor.dims[i]);
      if (!fits) throw wrong(`output ${spec.name}: expected shape [${expected}], got [${tensor.dims}]`);
    }
  }

  /** Row `index`. @throws OutsideError INFERENCE_FAILED when it holds NaN or names no class */
  row(outputs: Readonly<Record<string, OutputTensor>>, index: number): OutputRow {
    const rows: Record<string, readonly (number | string)[]> = {};
    for (const { name } of this.#signature.outputs) rows[name] = rowOf(name, outputs[name], index);
    const probabilities = this.#numbers(rows, 'probabilities');
    const classIndex = this.#numbers(rows, 'class_index')?.[0] ?? (probabilities && argMax(probabilities));
    if (classIndex === undefined) {
      const value = this.#numbers(rows, 'value') ?? this.#numbers(rows, 'score') ?? Object.values(rows)[0];
      return { predicted: String(value?.[0] ?? ''), outputs: rows };
    }
    const predicted = this.#signature.classes[classIndex];
    if (predicted === undefined) {
      throw wrong(`expected a class below ${this.#signature.classes.length}, got ${classIndex}`);
    }
    const confidence = probabilities?.[classIndex];
    const score = this.#numbers(rows, 'score')?.[0];
    return { predicted, classIndex, confidence, probabilities, score, outputs: rows };
  }

  #numbers(rows: Readonly<Record<string, readonly (number | string)[]>>, meaning: TensorSpec['meaning']) {
    const spec = this.#signature.outputs.find((output) => output.meaning === meaning);
    return spec === undefined ? undefined : (rows[spec.name] as readonly number[] | undefined);
  }
}

function rowOf(name: string, tensor: OutputTensor | undefined, index: number): readonly (number | string)[] {
  if (tensor === undefined) throw wrong(`output ${name}: expected a tensor, got none`);
  const width = tensor.dims.slice(1).reduce((product, dim) => product * dim, 1);
  const row: (number | string)[] = [];
  for (let column = 0; column < width; column++) {
    const value = tensor.data[index * width + column];
    const plain = typeof value === 'string' ? value : Number(value);
    if (Number.isNaN(plain)) throw wrong(`output ${name}: expected a number, got NaN`);
    row.push(plain);
  }
  return row;
}

function argMax(values: readonly number[]): number | undefined {
  let best: number | undefined;
  for (const [index, value] of values.entries()) if (best === undefined || value > (values[best] ?? 0)) best = index;
  return best;
}

function wrong(message: string): OutsideError {
  return new OutsideError('INFERENCE_FAILED', message);
}
