import { describe, expect, test } from 'vitest';
import { float } from '../format/attributes.ts';
import { newNode } from '../format/messages.ts';
import { DATA_TYPE } from '../tensor/element-type.ts';
import { float32, int64, scalar, tensor } from '../tensor/tensor.ts';
import { type EvaluatedCall, modelOf } from '../testing/evaluated-call.ts';
import { evaluateNode } from './evaluate-node.ts';

describe('evaluateNode leaves alone', () => {
  const evaluated = (call: EvaluatedCall) =>
    evaluateNode(modelOf(call).model.graph.node[0]!, call.inputs, call.opset ?? 21);

  test('operators that it does not know and those of other domains', () => {
    expect(evaluated({ operator: 'Conv', inputs: [scalar(1), scalar(2)] })).toBeUndefined();
    const own = newNode({ opType: 'Add', domain: 'acme', input: ['a', 'b'], output: ['c'] });
    expect(evaluateNode(own, [scalar(1), scalar(2)], 21)).toBeUndefined();
  });

  test('what has no result', () => {
    expect(evaluated({ operator: 'Div', inputs: [int64([1]), int64([0])] })).toBeUndefined();
    expect(evaluated({ operator: 'Mod', inputs: [int64([1]), int64([0])] })).toBeUndefined();
    expect(evaluated({ operator: 'Gather', inputs: [int64([1]), int64([3])] })).toBeUndefined();
    expect(evaluated({ operator: 'Reshape', inputs: [int64([1, 2]), int64([3])] })).toBeUndefined();
    expect(evaluated({ operator: 'Add', inputs: [int64([1, 2]), int64([3, 4, 5])] })).toBeUndefined();
    expect(evaluated({ operator: 'Range', inputs: [scalar(0), scalar(1), scalar(0)] })).toBeUndefined();
    const half = float32([Number.NaN, 1e30]);
    expect(evaluated({ operator: 'Cast', inputs: [half], attributes: { to: DATA_TYPE.int32 } })).toBeUndefined();
  });

  test('half floats in arithmetic, whose bits are no numbers', () => {
    const half = tensor('float16', [1], Uint16Array.of(0x3c00));
    expect(evaluated({ operator: 'Add', inputs: [half, half] })).toBeUndefined();
  });

  test('results that are too large', () => {
    const huge = int64([2 ** 40, 2 ** 40]);
    expect(evaluated({ operator: 'ConstantOfShape', inputs: [huge] })).toBeUndefined();
    expect(evaluated({ operator: 'Expand', inputs: [scalar(1), huge] })).toBeUndefined();
    expect(evaluated({ operator: 'Tile', inputs: [scalar(1), int64([])] })).toEqual([scalar(1)]);
    expect(evaluated({ operator: 'Range', inputs: [scalar(0), scalar(1e12), scalar(1)] })).toBeUndefined();
  });

  test('operator sets in which broadcasting was another', () => {
    expect(evaluated({ operator: 'Add', inputs: [scalar(1), scalar(2)], opset: 6 })).toBeUndefined();
    expect(
      evaluated({ operator: 'Clip', inputs: [scalar(1)], attributes: { min: float(2) }, opset: 10 }),
    ).toBeUndefined();
  });
});
