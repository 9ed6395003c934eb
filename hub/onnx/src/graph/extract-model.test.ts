import { describe, expect, test } from 'vitest';
import { readModel } from '../format/read-model.ts';
import { writeModel } from '../format/write-model.ts';
import { float32 } from '../tensor/tensor.ts';
import { denseNetwork } from '../testing/dense-network.ts';
import { ortSession } from '../testing/ort-session.ts';
import { randomFloat32, seededRandom } from '../testing/random-tensors.ts';
import { extractModel } from './extract-model.ts';
import { GraphBuilder } from './graph-builder.ts';
import { joinModels } from './join-models.ts';

function thrown(work: () => unknown) {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('extracting a part of a model', () => {
  test('cuts it into a front and a back that together compute the same', async () => {
    const whole = denseNetwork({ sizes: [5, 8, 6, 3] });
    const cut = whole.graph.node.find(({ name }) => name === 'dense1')?.output[0] ?? '';
    const front = readModel(writeModel(extractModel(whole, ['features'], [cut])));
    const back = readModel(writeModel(extractModel(whole, [cut], ['probabilities'])));
    expect(front.graph.initializer.map(({ name }) => name)).not.toContain('w2');
    expect(back.graph.initializer.map(({ name }) => name)).toEqual(['w2', 'b2']);
    const features = randomFloat32(seededRandom(3), [7, 5]);
    const { probabilities: expected } = await (await ortSession(whole)).run({ features });
    const middle = await (await ortSession(front)).run({ features });
    const parts = await (await ortSession(back)).run({ [cut]: middle[cut] as typeof features });
    expect(parts['probabilities']).toEqual(expected);
    const joined = await (await ortSession(joinModels(front, back))).run({ features });
    expect(joined['probabilities']).toEqual(expected);
  });

  test('does not write a given value once more when its node is needed for another', async () => {
    const graph = new GraphBuilder();
    graph.input('x', 'float32', ['batch', 4]);
    graph.node('Split', ['x'], { axis: 1, num_outputs: 2 }, { outputs: ['left', 'right'] });
    graph.node('Add', ['left', 'right'], {}, { outputs: ['y'] });
    const whole = graph.output('y', 'float32').output('left', 'float32', ['batch', 2]).build();
    const part = extractModel(whole, ['left', 'x'], ['y']);
    const { y } = await (await ortSession(part)).run({
      left: float32([10, 20], [1, 2]),
      x: float32([1, 2, 3, 4], [1, 4]),
    });
    expect([...(y!.data as Float32Array)]).toEqual([13, 24]);
  });

  test('names the input that is missing, and values that do not exist', () => {
    const graph = new GraphBuilder();
    graph.input('a', 'float32', ['batch', 2]);
    graph.input('b', 'float32', ['batch', 2]);
    graph.node('Add', ['a', 'b'], {}, { outputs: ['y'] });
    const model = graph.output('y', 'float32').build();
    expect(thrown(() => extractModel(model, ['a'], ['y']))).toMatchObject({
      code: 'ARGUMENT_INVALID',
      message: 'Outputs y must depend on a only, got input b',
    });
    expect(thrown(() => extractModel(model, ['a', 'b'], ['z']))).toMatchObject({ code: 'VALUE_UNKNOWN' });
  });

  test('refuses a cut whose element type nobody knows', () => {
    const graph = new GraphBuilder();
    graph.input('x', 'float32', ['batch', 2]);
    graph.node('Unheard', ['x'], {}, { domain: 'example.org', outputs: ['strange'] });
    graph.node('Relu', ['strange'], {}, { outputs: ['y'] });
    const model = graph.output('y', 'float32').build();
    expect(thrown(() => extractModel(model, ['strange'], ['y']))).toMatchObject({ code: 'TENSOR_TYPE_UNSUPPORTED' });
  });

  test('lists no constants as inputs any more, as old files do', () => {
    const whole = denseNetwork({ sizes: [5, 8, 3] });
    const old = { ...whole, graph: { ...whole.graph, input: [...whole.graph.input, ...weightInputs(whole)] } };
    const part = extractModel(Object.assign(readModel(writeModel(whole)), old), ['features'], ['logits']);
    expect(part.graph.input.map(({ name }) => name)).toEqual(['features']);
  });
});

function weightInputs(model: ReturnType<typeof denseNetwork>) {
  const declared = new GraphBuilder();
  for (const { name, dims } of model.graph.initializer) declared.input(name ?? '', 'float32', dims.map(Number));
  return declared.graph().input;
}
