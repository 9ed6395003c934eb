import type { TensorSpec } from '@edgeloop/protocol';
import { ReadingRefused } from '../errors.ts';
import { featureOf, fitsShape, sizeOf } from '../input-kind.ts';
import { checkElement } from '../parse-field.ts';
import type { TensorRow } from '../reading.ts';

/** The row, when it is one of this input. @throws ReadingRefused INPUT_INVALID */
export function checkTensor(input: TensorSpec, row: TensorRow): TensorRow {
  const name = featureOf(input);
  const { dims, values } = row;
  if (!fitsShape(input, dims)) {
    throw new ReadingRefused(name, 'shape', `expected shape [${input.dims.slice(1).map(openDim)}], got [${dims}]`);
  }
  if (values.length !== sizeOf(dims)) {
    throw new ReadingRefused(name, 'shape', `expected ${sizeOf(dims)} elements, got ${values.length}`);
  }
  checkElements(name, input.elementType, values);
  return row;
}

function checkElements(name: string, elementType: string, values: TensorRow['values']): void {
  if (elementType === 'uint8' && values instanceof Uint8Array) return;
  const wanted = elementType === 'string' ? 'string' : 'number';
  for (let index = 0; index < values.length; index++) {
    const value = values[index];
    if (typeof value !== wanted) {
      throw new ReadingRefused(name, 'type', `expected ${wanted} elements, got ${typeof value}`);
    }
    if (typeof value === 'number') checkElement(name, elementType, value);
  }
}

function openDim(dim: number): string {
  return dim < 0 ? 'any' : String(dim);
}
