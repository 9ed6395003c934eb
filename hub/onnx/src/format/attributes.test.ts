import { describe, expect, test } from 'vitest';
import { onnx } from '#onnx';
import { float32 } from '../tensor/tensor.ts';
import {
  encodeAttribute,
  float,
  floatAttribute,
  intAttribute,
  intsAttribute,
  stringAttribute,
  stringsAttribute,
} from './attributes.ts';
import { newNode } from './messages.ts';

const { AttributeType } = onnx.AttributeProto;

describe('encodeAttribute', () => {
  test('tells integers from floats by the caller, not by the value', () => {
    expect(encodeAttribute('a', 1).type).toBe(AttributeType.INT);
    expect(encodeAttribute('a', float(1)).type).toBe(AttributeType.FLOAT);
    expect(encodeAttribute('a', [1, 2]).type).toBe(AttributeType.INTS);
    expect(encodeAttribute('a', float([1, 2])).type).toBe(AttributeType.FLOATS);
  });

  test('takes text, lists of text, booleans and tensors', () => {
    expect(encodeAttribute('a', 'b').type).toBe(AttributeType.STRING);
    expect(encodeAttribute('a', ['b']).type).toBe(AttributeType.STRINGS);
    expect(encodeAttribute('a', true).i?.toNumber()).toBe(1);
    expect(encodeAttribute('a', float32([1])).type).toBe(AttributeType.TENSOR);
  });

  test('refuses a fraction without float() and a list of unknown type', () => {
    expect(() => encodeAttribute('a', 0.5)).toThrow(expect.objectContaining({ code: 'ATTRIBUTE_AMBIGUOUS' }));
    expect(() => encodeAttribute('a', [])).toThrow(expect.objectContaining({ code: 'ATTRIBUTE_AMBIGUOUS' }));
  });
});

test('attributes are read back, or their fallback', () => {
  const node = newNode({
    attribute: [
      encodeAttribute('i', -3),
      encodeAttribute('l', [4, 5]),
      encodeAttribute('f', float(0)),
      encodeAttribute('s', 'ü'),
      encodeAttribute('t', ['a', 'ö']),
    ],
  });
  expect(intAttribute(node, 'i', 0)).toBe(-3);
  expect(intsAttribute(node, 'l')).toEqual([4, 5]);
  expect(floatAttribute(node, 'f', 1)).toBe(0);
  expect(stringAttribute(node, 's', '')).toBe('ü');
  expect(intAttribute(node, 'none', 9)).toBe(9);
  expect(intsAttribute(node, 'none')).toBeUndefined();
  expect(floatAttribute(node, 'none', 1.5)).toBe(1.5);
  expect(stringAttribute(node, 'none', 'x')).toBe('x');
  expect(stringsAttribute(node, 't')).toEqual(['a', 'ö']);
  expect(stringsAttribute(node, 'none')).toBeUndefined();
});
