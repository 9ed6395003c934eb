import { describe, test } from 'vitest';
import { float } from '../format/attributes.ts';
import { DATA_TYPE } from '../tensor/element-type.ts';
import { float32, scalar } from '../tensor/tensor.ts';
import { expectPass, ints, type PassCase } from '../testing/pass-cases.ts';
import { foldConstants } from './fold-constants.ts';
import { liftConstantNodes } from './lift-constants.ts';
import { removeDead } from './remove-dead.ts';
import { removeIdentities } from './remove-identities.ts';
import { shareDuplicates } from './share-duplicates.ts';
import { simplifyShapes } from './simplify-shapes.ts';

const HAND_MADE: Readonly<Record<string, PassCase>> = {
  'lift-constants makes Constant nodes initializers, but not outputs': {
    pass: liftConstantNodes,
    build: (graph) => [
      graph.node('Add', ['x', graph.node('Constant', [], { value_floats: float([1, 2, 3, 4, 5, 6]) })]),
      graph.node('Constant', [], { value: float32([1, 2]) }),
    ],
    left: { Add: 1, Constant: 1 },
  },
  'fold-constants computes chains, and keeps outputs written by a node': {
    pass: foldConstants,
    build: (graph) => {
      const sum = graph.node('Add', [graph.constant(float32([1, 2])), graph.constant(float32([3, 4]))]);
      const wide = graph.node('Concat', [sum, sum, sum], { axis: 0 });
      return [graph.node('Mul', ['x', wide]), graph.node('Neg', [sum])];
    },
    left: { Mul: 1, Constant: 1 },
  },
  'fold-constants leaves random numbers and large results alone': {
    pass: foldConstants,
    build: (graph) => {
      const zero = graph.node('Mul', [graph.node('RandomNormal', [], { shape: [1] }), graph.constant(scalar(0))]);
      const large = graph.node('Expand', [graph.constant(scalar(1)), ints(graph, 200, 200)]);
      return [graph.node('Add', ['x', zero]), large];
    },
    left: { RandomNormal: 1, Mul: 1, Add: 1, Expand: 1 },
  },
  'remove-identities takes out chains of them': {
    pass: removeIdentities,
    build: (graph) => {
      const first = graph.node('Identity', [graph.node('Cast', ['x'], { to: DATA_TYPE.float32 })]);
      const second = graph.node('Dropout', [graph.node('Sum', [graph.node('Concat', [first], { axis: 1 })])]);
      return graph.node('Relu', [second]);
    },
    left: { Relu: 1 },
  },
  'remove-identities keeps names of outputs and an output that is an input': {
    pass: removeIdentities,
    build: (graph) => {
      const product = graph.node('Relu', ['x']);
      const reader = graph.node('Neg', [product]);
      return [graph.node('Identity', [product], {}, { outputs: ['named'] }), reader, graph.node('Identity', ['x'])];
    },
    left: { Relu: 1, Neg: 1, Identity: 1 },
  },
  'remove-identities keeps a second name of one value': {
    pass: removeIdentities,
    build: (graph) => {
      const product = graph.node('Relu', ['x']);
      return [product, graph.node('Identity', [product]), graph.node('Identity', [product])];
    },
    left: { Relu: 1, Identity: 2 },
  },
  'remove-identities keeps a Dropout whose mask is read': {
    pass: removeIdentities,
    build: (graph) => {
      const [kept = '', mask = ''] = graph.nodeWithOutputs(2, 'Dropout', ['x']);
      return [graph.node('Neg', [kept]), graph.node('Cast', [mask], { to: DATA_TYPE.float32 })];
    },
    left: { Dropout: 1, Neg: 1, Cast: 1 },
  },
  'remove-dead takes out what no output needs': {
    pass: removeDead,
    build: (graph) => {
      graph.node('Exp', [graph.node('Neg', ['x'])]);
      graph.constant(float32([1]));
      return graph.node('Relu', ['x']);
    },
    left: { Relu: 1 },
  },
  'simplify-shapes replaces what is computed of known sizes': {
    pass: simplifyShapes,
    build: (graph) => {
      const shape = graph.node('Shape', ['image']);
      const channels = graph.node('Gather', [shape, ints(graph, 1)]);
      const area = graph.node('Mul', [graph.node('Gather', [shape, ints(graph, 2)]), ints(graph, 5)]);
      const target = graph.node('Concat', [ints(graph, -1), channels, area], { axis: 0 });
      return graph.node('Reshape', ['image', target]);
    },
    left: { Shape: 1, Reshape: 1 },
  },
  'simplify-shapes says view(x.size(0), -1) with a constant': {
    pass: simplifyShapes,
    build: (graph) => {
      const batch = graph.node('Gather', [graph.node('Shape', ['image']), ints(graph, 0)]);
      return graph.node('Reshape', ['image', graph.node('Concat', [batch, ints(graph, -1)], { axis: 0 })]);
    },
    left: { Shape: 1, Gather: 1, Concat: 1, Reshape: 1 },
  },
  'simplify-shapes lets the last of several reshapes decide': {
    pass: simplifyShapes,
    build: (graph) => {
      const flat = graph.node('Flatten', [graph.node('Unsqueeze', ['image', ints(graph, 0)])], { axis: 2 });
      return graph.node('Reshape', [flat, ints(graph, -1, 10)]);
    },
    left: { Unsqueeze: 1, Flatten: 1, Reshape: 1 },
  },
  'simplify-shapes keeps a reshape in front of one that copies its sizes': {
    pass: simplifyShapes,
    build: (graph) => {
      const wide = graph.node('Reshape', ['image', ints(graph, -1, 10)]);
      return graph.node('Reshape', [wide, ints(graph, 0, 2, 5)]);
    },
    left: { Reshape: 2 },
  },
  'simplify-shapes merges transposes and takes out what moves nothing': {
    pass: simplifyShapes,
    build: (graph) => {
      const turned = graph.node('Transpose', ['image'], { perm: [0, 2, 3, 1] });
      const back = graph.node('Transpose', [turned], { perm: [0, 3, 1, 2] });
      const sliced = graph.node('Slice', [back, ints(graph, 0), ints(graph, 1000), ints(graph, 1)]);
      const padded = graph.node('Pad', [sliced, ints(graph, 0, 0, 0, 0, 0, 0, 0, 0)]);
      const expanded = graph.node('Expand', [padded, ints(graph, 1, 1, 1, 1)]);
      return graph.node('Relu', [graph.node('Tile', [expanded, ints(graph, 1, 1, 1, 1)])]);
    },
    left: { Relu: 1, Transpose: 1 },
  },
  'simplify-shapes keeps a slice that turns the entries around': {
    pass: simplifyShapes,
    build: (graph) => graph.node('Slice', ['x', ints(graph, -1), ints(graph, -1000), ints(graph, 1), ints(graph, -1)]),
    left: { Slice: 1 },
  },
  'simplify-shapes takes back a squeeze that follows an unsqueeze': {
    pass: simplifyShapes,
    build: (graph) =>
      graph.node('Neg', [graph.node('Squeeze', [graph.node('Unsqueeze', ['x', ints(graph, 1)]), ints(graph, 1)])]),
    left: { Unsqueeze: 1, Neg: 1 },
  },
  'share-duplicates computes once what is computed twice': {
    pass: shareDuplicates,
    build: (graph) => {
      const left = graph.node('Clip', ['x', graph.constant(scalar(0)), graph.constant(scalar(6))]);
      const right = graph.node('Clip', ['x', graph.constant(scalar(0)), graph.constant(scalar(6))]);
      return graph.node('Add', [graph.node('Exp', [left]), graph.node('Exp', [right])]);
    },
    left: { Clip: 1, Exp: 1, Add: 1 },
  },
  'share-duplicates keeps random numbers, equal weights and outputs apart': {
    pass: shareDuplicates,
    build: (graph) => {
      const noise = [1, 2].map(() => graph.node('RandomUniform', [], { shape: [1] }));
      const zero = graph.node('Mul', [graph.node('Sub', noise), graph.constant(scalar(0))]);
      const biases = [1, 2].map(() => graph.constant(float32(new Float32Array(6))));
      const sums = biases.map((bias) => graph.node('Add', ['x', bias]));
      return [
        graph.node('Mul', sums),
        graph.node('Add', ['x', zero]),
        graph.node('Neg', ['x']),
        graph.node('Neg', ['x']),
      ];
    },
    left: { RandomUniform: 2, Sub: 1, Mul: 2, Add: 3, Neg: 2 },
  },
};

describe('the pass', () => {
  for (const [name, entry] of Object.entries(HAND_MADE)) test(name, () => expectPass(entry));
});
