import { describe, expect, test } from 'vitest';
import type { Node } from '../../format/messages.ts';
import { GraphBuilder } from '../../graph/graph-builder.ts';
import { checkModel } from '../../inspect/check-model.ts';
import { DATA_TYPE } from '../../tensor/element-type.ts';
import { randomFloat32, seededRandom } from '../../testing/random-tensors.ts';
import { realModel } from '../../testing/real-models.ts';
import { prepareForQuantization } from './prepare-for-quantization.ts';
import { planQuantization } from './quantization-plan.ts';

const random = seededRandom(3);

function imageGraph(channels = 4): GraphBuilder {
  const graph = new GraphBuilder();
  graph.input('x', 'float32', ['n', channels, 8, 8]);
  return graph;
}

function conv(graph: GraphBuilder, x: string, dims: readonly number[], name: string, group = 1): string {
  const weights = graph.initializer(`${name}_w`, randomFloat32(random, dims));
  const attributes = { kernel_shape: [3, 3], pads: [1, 1, 1, 1], group };
  return graph.node('Conv', [x, weights], attributes, { name });
}

describe('planQuantization', () => {
  test('tells operators, and why convolutions stay in float', () => {
    const graph = imageGraph(32);
    const first = conv(graph, 'x', [32, 32, 3, 3], 'plain');
    const second = conv(graph, first, [32, 1, 3, 3], 'depthwise', 32);
    const third = conv(graph, second, [32, 4, 3, 3], 'grouped', 8);
    const weights = graph.initializer('up_w', randomFloat32(random, [32, 2, 2, 2]));
    const fourth = graph.node('ConvTranspose', [third, weights], { kernel_shape: [2, 2] }, { name: 'up' });
    graph.output(graph.node('Conv', [fourth, 'x'], {}, { name: 'run-time' }), 'float32');
    const { quantized, kept } = planQuantization(graph.build());
    expect(quantized.map(({ name, operator, channelAxis }) => [name, operator, channelAxis])).toEqual([
      ['plain', 'Conv', 0],
      ['depthwise', 'Conv', 0],
    ]);
    expect(kept.map(({ name, reason }) => [name, reason])).toEqual([
      ['grouped', 'narrow-groups'],
      ['up', 'no-integer-kernel'],
      ['run-time', 'weights-not-constant'],
    ]);
  });

  test('carries sums and moves between convolutions, and not what computes for a float result', () => {
    const graph = imageGraph();
    const first = conv(graph, 'x', [4, 4, 3, 3], 'first');
    const sum = graph.node('Add', [conv(graph, first, [4, 4, 3, 3], 'second'), first], {}, { name: 'sum' });
    const flat = graph.node('Flatten', [conv(graph, sum, [4, 4, 3, 3], 'third')], {}, { name: 'flat' });
    graph.output(graph.node('Sigmoid', [flat], {}, { name: 'probability' }), 'float32');
    expect(planQuantization(graph.build()).carried.map(({ name }) => name)).toEqual(['sum', 'flat']);
  });

  test('leaves a sum in float of which one side would be rounded for it alone', () => {
    const graph = imageGraph();
    const other = graph.node('Tanh', ['x']);
    const sum = graph.node('Add', [conv(graph, 'x', [4, 4, 3, 3], 'first'), other], {}, { name: 'sum' });
    graph.output(conv(graph, sum, [4, 4, 3, 3], 'second'), 'float32');
    expect(planQuantization(graph.build()).carried).toEqual([]);
  });

  test('keeps a carried node in float when it is excluded', () => {
    const graph = imageGraph();
    const turned = graph.node(
      'Transpose',
      [conv(graph, 'x', [4, 4, 3, 3], 'first')],
      { perm: [0, 1, 3, 2] },
      { name: 'turn' },
    );
    graph.output(conv(graph, turned, [4, 4, 3, 3], 'second'), 'float32');
    const model = graph.build();
    expect(planQuantization(model).carried).toHaveLength(1);
    expect(planQuantization(model, { exclude: ['turn'] }).carried).toEqual([]);
  });

  test('asks for no range beyond those it asks for without exclusions', () => {
    const model = prepareForQuantization(realModel('text-direction'));
    const all = new Set(planQuantization(model).activations);
    const names = planQuantization(model).quantized.map(({ name }) => name);
    for (const step of [2, 3, 7]) {
      const exclude = names.filter((_, index) => index % step === 0);
      for (const value of planQuantization(model, { exclude }).activations) expect(all).toContain(value);
    }
  });

  test('tells of weights in graphs inside of nodes', () => {
    const { quantized, kept } = planQuantization(prepareForQuantization(realModel('voice')));
    expect(quantized).toEqual([]);
    expect(new Set(kept.map(({ reason }) => reason))).toEqual(new Set(['inside-node']));
  });
});

describe('prepareForQuantization', () => {
  const operatorsOf = (nodes: readonly Node[]): string[] => nodes.map(({ opType }) => opType ?? '');

  test('moves a gate behind a convolution into its weights, and writes HardSwish as a product', () => {
    const graph = imageGraph();
    const swish = graph.node('HardSwish', [conv(graph, 'x', [4, 4, 3, 3], 'first')]);
    graph.output(graph.node('HardSigmoid', [conv(graph, swish, [4, 4, 3, 3], 'second')]), 'float32');
    expect(operatorsOf(prepareForQuantization(graph.build()).graph.node)).toEqual([
      ...['Conv', 'HardSigmoid', 'Mul', 'Conv', 'Clip'],
    ]);
  });

  test('leaves a gate in half precision alone, whose constants would be float32', () => {
    const graph = imageGraph();
    const half = (value: string): string => graph.node('Cast', [value], { to: DATA_TYPE.float16 });
    const weights = graph.initializer('w', randomFloat32(random, [4, 4, 1, 1]));
    const gate = graph.node('HardSigmoid', [graph.node('Conv', [half('x'), half(weights)])]);
    const model = prepareForQuantization(graph.output(gate, 'float16').build());
    expect(operatorsOf(model.graph.node)).toContain('HardSigmoid');
    expect(checkModel(model)).toEqual([]);
  });

  test('makes a pool of a mean over the image, and Add of Sum', () => {
    const graph = imageGraph();
    const first = conv(graph, 'x', [4, 4, 3, 3], 'first');
    const sum = graph.node('Sum', [first, 'x']);
    graph.output(
      graph.node('ReduceMean', [sum, graph.constant({ type: 'int64', dims: [2], data: BigInt64Array.of(2n, -1n) })], {
        keepdims: 0,
      }),
      'float32',
    );
    expect(operatorsOf(prepareForQuantization(graph.build()).graph.node)).toEqual([
      ...['Conv', 'Add', 'GlobalAveragePool', 'Flatten'],
    ]);
  });

  test('returns a model that is prepared already', () => {
    const model = prepareForQuantization(realModel('text-direction'));
    expect(prepareForQuantization(model)).toBe(model);
  });
});
