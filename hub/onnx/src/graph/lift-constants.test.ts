import { expect, test } from 'vitest';
import { float } from '../format/attributes.ts';
import { readModel } from '../format/read-model.ts';
import { writeModel } from '../format/write-model.ts';
import { decodeTensor } from '../tensor/decode-tensor.ts';
import { float32 } from '../tensor/tensor.ts';
import { ortSession } from '../testing/ort-session.ts';
import { GraphBuilder } from './graph-builder.ts';
import { liftConstants } from './lift-constants.ts';

function scaledModel() {
  const graph = new GraphBuilder();
  graph.input('x', 'float32', ['batch', 2]);
  graph.node('Constant', [], { value: float32([2, 3]) }, { outputs: ['scale'] });
  graph.node('Constant', [], { value_float: float(0.5) }, { outputs: ['shift'] });
  graph.node('Add', [graph.node('Mul', ['x', 'scale']), 'shift'], {}, { outputs: ['y'] });
  return graph.output('y', 'float32', ['batch', 2]).build();
}

test('outputs of Constant nodes become initializers of the same name, and the model computes the same', async () => {
  const lifted = readModel(writeModel(liftConstants(scaledModel())));
  expect(lifted.graph.node.map(({ opType }) => opType)).toEqual(['Mul', 'Add']);
  expect(
    lifted.graph.initializer.map((proto) => [proto.name, [...(decodeTensor(proto).data as Float32Array)]]),
  ).toEqual([
    ['scale', [2, 3]],
    ['shift', [0.5]],
  ]);
  const { y } = await (await ortSession(lifted)).run({ x: float32([1, 10], [1, 2]) });
  expect([...(y!.data as Float32Array)]).toEqual([2.5, 30.5]);
});

test('a model without such nodes is given back as it is', () => {
  const lifted = liftConstants(scaledModel());
  expect(liftConstants(lifted)).toBe(lifted);
});
