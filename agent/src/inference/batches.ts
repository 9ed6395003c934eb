import { sizeOf } from '../input-kind.ts';
import type { EncodedRow } from './input-encoder.ts';

// Images are the reason: a batch of the largest ones must not fill the memory of a device.
const MOST_ELEMENTS = 8 * 1024 * 1024;

/**
 * Places of rows that can be run as one tensor each: of equal shape, and not too many elements. Rows of one shape keep
 * their order.
 */
export function batchesOf(rows: readonly EncodedRow[]): number[][] {
  const open = new Map<string, { places: number[]; elements: number }>();
  const batches: number[][] = [];
  for (const [place, row] of rows.entries()) {
    const shape = row.map(({ dims }) => dims.join('x')).join(' ');
    const elements = row.reduce((sum, { dims }) => sum + sizeOf(dims), 0);
    let batch = open.get(shape);
    if (batch === undefined || batch.elements + elements > MOST_ELEMENTS) {
      batch = { places: [], elements: 0 };
      open.set(shape, batch);
      batches.push(batch.places);
    }
    batch.places.push(place);
    batch.elements += elements;
  }
  return batches;
}
