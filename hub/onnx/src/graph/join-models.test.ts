import { describe, expect, test } from 'vitest';
import { checkModel } from '../inspect/check-model.ts';
import { float32, scalar } from '../tensor/tensor.ts';
import { ortSession } from '../testing/ort-session.ts';
import { GraphBuilder } from './graph-builder.ts';
import { joinModels } from './join-models.ts';

function front() {
  const graph = new GraphBuilder({ name: 'front' });
  graph.node(
    'Add',
    [graph.input('x', 'float32', ['n']), graph.constant(scalar(1), 'one')],
    {},
    { outputs: ['middle'] },
  );
  return graph.output('middle', 'float32', ['n']).build();
}

describe('joinModels', () => {
  test('runs one model on the outputs of the other, whatever they call their values', async () => {
    const graph = new GraphBuilder({ name: 'back' });
    const sum = graph.node('Add', [graph.input('middle', 'float32', ['n']), graph.input('y', 'float32', ['n'])], {});
    const x = graph.node('Neg', [sum], {}, { outputs: ['x'] });
    const inner = new GraphBuilder({ name: 'then' });
    inner.node('Mul', [x, x], {}, { outputs: ['then_out'] });
    const branch = inner.output('then_out', 'float32', ['n']).graph();
    const condition = graph.node('Less', [graph.constant(scalar(0), 'zero'), graph.constant(scalar(1), 'two')]);
    graph.node('If', [condition], { then_branch: branch, else_branch: branch }, { outputs: ['z'] });
    const model = joinModels(front(), graph.output('z', 'float32', ['n']).build());
    expect(checkModel(model)).toEqual([]);
    expect(model.graph.input.map(({ name }) => name)).toEqual(['x', 'y']);
    const outputs = await (await ortSession(model)).run({ x: float32([1, 2]), y: float32([1, 0]) });
    expect(outputs['z']?.data).toEqual(Float32Array.of(9, 9));
  });

  test('keeps apart what both call alike', async () => {
    const graph = new GraphBuilder();
    const scaled = graph.node('Mul', [graph.input('middle', 'float32', ['n']), graph.initializer('one', scalar(3))]);
    graph.node('Neg', [scaled], {}, { outputs: ['z'] });
    const model = joinModels(front(), graph.output('z', 'float32', ['n']).build());
    const outputs = await (await ortSession(model)).run({ x: float32([1, 2]) });
    expect(outputs['z']?.data).toEqual(Float32Array.of(-6, -9));
  });

  test('refuses an output that is something else in the first, and two versions of the operators', () => {
    const same = new GraphBuilder();
    same.node('Neg', [same.input('middle', 'float32', ['n'])], {}, { outputs: ['x'] });
    expect(() => joinModels(front(), same.output('x', 'float32', ['n']).build())).toThrow(
      expect.objectContaining({ code: 'NAME_TAKEN', message: expect.stringContaining('Value x') }),
    );
    const old = new GraphBuilder({ opset: 17 });
    old.node('Neg', [old.input('middle', 'float32', ['n'])], {}, { outputs: ['z'] });
    expect(() => joinModels(front(), old.output('z', 'float32', ['n']).build())).toThrow(
      expect.objectContaining({ code: 'OPSET_UNSUPPORTED', message: expect.stringMatching(/got 21 and 17/) }),
    );
  });
});
