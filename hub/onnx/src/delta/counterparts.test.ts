import { expect, test } from 'vitest';
import { writeModel } from '../format/write-model.ts';
import { GraphBuilder } from '../graph/graph-builder.ts';
import { float32 } from '../tensor/tensor.ts';
import { Counterparts } from './counterparts.ts';
import { tensorSpans } from './tensor-spans.ts';

const COUNT = 8_000;
const ENTRIES = 16;

/** Many constants of one size; the one at a place has the values of `valuesOf(place)`. */
function file(prefix: string, valuesOf: (place: number) => number): Uint8Array {
  const graph = new GraphBuilder();
  let value = graph.input('x', 'float32', [ENTRIES]);
  for (let place = 0; place < COUNT; place++) {
    const values = Float32Array.from({ length: ENTRIES }, (_, at) => ENTRIES * valuesOf(place) + at);
    value = graph.node('Add', [value, graph.initializer(`${prefix}${place}`, float32(values))]);
  }
  return writeModel(graph.output(value, 'float32').build());
}

// Compared with one another, they would take longer than a test may.
test('constants are found again by their values among thousands of one size, whatever they are called', () => {
  const old = file('w', (place) => place);
  const turned = file('v', (place) => COUNT - 1 - place);
  const counterparts = new Counterparts(old);
  for (const [place, span] of tensorSpans(turned).entries()) {
    expect(counterparts.equal(turned, span)?.key).toBe(`w${COUNT - 1 - place}`);
  }
  const changed = file('w', (place) => place + 0.5);
  expect(tensorSpans(changed).filter((span) => counterparts.equal(changed, span))).toEqual([]);
});
