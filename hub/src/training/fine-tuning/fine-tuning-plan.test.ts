import { float32, GraphBuilder, int64, writeModel } from '@edgeloop/onnx';
import { describe, expect, test } from 'vitest';
import type { Recipe } from '../../store/recipe/recipe.ts';
import { textDirectionModel } from '../../testing/text-direction.ts';
import { planFineTuning } from './fine-tuning-plan.ts';

type Wishes = Pick<Recipe, 'image' | 'input' | 'trainable'>;

const DIGIT: Wishes = {
  image: { height: 28, width: 28, channels: 1 },
  input: { height: 48, width: 48, resize: 'linear' },
};

function faultsOf(bytes: Uint8Array, wishes: Wishes, columns: number): readonly string[] {
  try {
    planFineTuning(bytes, wishes, columns);
  } catch (error) {
    expect(error).toMatchObject({ code: 'INVALID_INPUT', message: expect.stringMatching(/^fine-tuning: /) });
    return (error as { details: { faults: string[] } }).details.faults;
  }
  return [];
}

function dense(input: (graph: GraphBuilder) => string, output = 'y'): Uint8Array {
  const graph = new GraphBuilder();
  const value = input(graph);
  const weight = graph.initializer('w', float32(new Float32Array(12), [4, 3]));
  graph.node('MatMul', [value, weight], {}, { outputs: [output] });
  return writeModel(graph.output(output, 'float32').build());
}

describe('the plan for a real model', () => {
  test('keeps its head, its input and the weights that learn on', () => {
    const { head, input, trained } = planFineTuning(textDirectionModel(), { ...DIGIT, trainable: 'conv2d_0.*' }, 784);
    expect(head).toMatchObject({ node: 'p2o.MatMul.0 (MatMul)', units: 200 });
    expect(input).toMatchObject({ kind: 'image', name: 'x', channels: 3, height: 48, width: 48 });
    expect(trained).toEqual(['conv2d_0.w_0']);
  });

  test('takes all weights but those of the old head, and never running statistics', () => {
    const { trained } = planFineTuning(textDirectionModel(), { ...DIGIT, trainable: 'all' }, 784);
    expect(trained).toContain('batch_norm_0.w_0');
    expect(trained).not.toContain('batch_norm_0.w_1');
    expect(trained).not.toContain('fc_0.w_0');
  });

  for (const [title, wishes, message] of [
    ['without the shape of its images', {}, /^image: input x of the model reads images \[.*, 3, .*\]; say the shape/],
    [
      'with two channels',
      { ...DIGIT, image: { height: 28, width: 14, channels: 2 } },
      /reads 3 channels, the columns have 2$/,
    ],
    [
      'with a mean for two of three channels',
      { ...DIGIT, input: { ...DIGIT.input, mean: [0, 0] } },
      /^input.mean: expected one value or one for each of 3 channels, got 2$/,
    ],
    [
      'with images too small for it',
      { ...DIGIT, input: undefined },
      /nothing is left of an image of 28 x 28 behind node .*MaxPool.*input: \{ height: 56, width: 56 \}$/,
    ],
    [
      'with a pattern that matches nothing',
      { ...DIGIT, trainable: 'layer4.*' },
      /"layer4.\*" must match .* there are batch_norm_0.b_0, .* and 1\d\d more$/,
    ],
    ['with a broken pattern', { ...DIGIT, trainable: '/(/' }, /^trainable: Invalid regular expression/],
  ] as const) {
    test(`is refused ${title}`, () => {
      expect(faultsOf(textDirectionModel(), wishes as Wishes, 784)).toEqual([expect.stringMatching(message)]);
    });
  }
});

describe('a model is refused', () => {
  test('with several inputs, naming them', () => {
    const two = dense((graph) => {
      const parts = ['left', 'right'].map((name) => graph.input(name, 'float32', ['batch', 2]));
      return graph.node('Concat', parts, { axis: 1 });
    });
    expect(faultsOf(two, {}, 4)).toEqual(['the model must have one input, got 2: left, right']);
  });

  test('with integers or sequences as input', () => {
    const integers = dense((graph) => graph.node('Cast', [graph.input('ids', 'int64', ['batch', 4])], { to: 1 }));
    expect(faultsOf(integers, {}, 4)).toEqual(['input ids of the model must be float32, got int64']);
    const steps = dense((graph) => {
      const mean = graph.node(
        'ReduceMean',
        [graph.input('steps', 'float32', ['batch', 9, 4]), graph.constant(int64([1]))],
        {
          keepdims: 0,
        },
      );
      return mean;
    });
    expect(faultsOf(steps, {}, 36)).toEqual([
      expect.stringMatching(/^input steps .* must be \[batch, columns\], .*got \[batch, 9, 4\]$/),
    ]);
  });

  test('when its number of rows is written into it, but not when only the example was', () => {
    const fixed = (shape: readonly number[]) =>
      dense((graph) => {
        const cells = graph.input('cells', 'float32', [1, 4]);
        return graph.node('Reshape', [cells, graph.constant(int64(shape))]);
      });
    expect(faultsOf(fixed([-1, 4]), {}, 4)).toEqual([]);
    expect(faultsOf(fixed([1, 4]), {}, 4)).toEqual([
      expect.stringMatching(/^Input cells must take any number of rows, got 1/),
    ]);
  });

  test('when it ends in no classifier, and when its operator set is too old', () => {
    const graph = new GraphBuilder();
    graph.node('Relu', [graph.input('x', 'float32', ['batch', 4])], {}, { outputs: ['y'] });
    const headless = writeModel(graph.output('y', 'float32').build());
    expect(faultsOf(headless, {}, 4)).toEqual([
      expect.stringMatching(/^Model must end in .* got none from output y: node relu/),
    ]);
    const ancient = new GraphBuilder({ opset: 6 });
    ancient.node('Relu', [ancient.input('x', 'float32', ['batch', 4])], {}, { outputs: ['y'] });
    const old = writeModel(ancient.output('y', 'float32').build());
    expect(faultsOf(old, {}, 4)).toEqual([expect.stringMatching(/^Operator set must be between 7 and .* got 6/)]);
  });

  test('that is no model', () => {
    expect(faultsOf(Buffer.from('nonsense'), {}, 4)).toEqual([expect.stringMatching(/^Expected an ONNX model/)]);
  });
});
