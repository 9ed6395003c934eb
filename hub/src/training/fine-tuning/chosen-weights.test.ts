import { describe, expect, test } from 'vitest';
import { chosenWeights } from './chosen-weights.ts';

const NAMES = ['layer1.0.weight', 'layer1.0.bias', 'layer4.0.weight', 'layer4.1+x.weight', 'fc.weight'];

function chosen(trainable: string, names: readonly string[] = NAMES) {
  const faults: string[] = [];
  return { names: chosenWeights(trainable, names, (fault) => faults.push(fault)), faults };
}

describe('chosen weights', () => {
  for (const [trainable, names] of [
    ['head', []],
    ['all', NAMES],
    ['layer4.*', ['layer4.0.weight', 'layer4.1+x.weight']],
    ['layer?.0.weight', ['layer1.0.weight', 'layer4.0.weight']],
    ['layer4.1+x.weight', ['layer4.1+x.weight']],
    ['/weight$/', ['layer1.0.weight', 'layer4.0.weight', 'layer4.1+x.weight', 'fc.weight']],
    ['/^(layer4|fc)/', ['layer4.0.weight', 'layer4.1+x.weight', 'fc.weight']],
  ] as const) {
    test(`of ${trainable} are ${names.length}`, () => expect(chosen(trainable)).toEqual({ names, faults: [] }));
  }

  test('that do not exist are answered with some that do', () => {
    expect(chosen('block*').faults).toEqual([
      'trainable: "block*" must match the name of a weight; there are layer1.0.weight, layer1.0.bias, layer4.0.weight, layer4.1+x.weight, fc.weight',
    ]);
    expect(
      chosen(
        'block*',
        Array.from({ length: 20 }, (_, at) => `w${at}`),
      ).faults[0],
    ).toMatch(/w7 and 12 more$/);
  });

  test('of a model without any but the head are none', () => {
    expect(chosen('head', [])).toEqual({ names: [], faults: [] });
    expect(chosen('all', []).faults).toEqual([
      'trainable: only the head, which is replaced, has weights to train, so it must be "head", got "all"',
    ]);
  });

  test('cannot be named by a broken expression', () => {
    expect(chosen('/(/')).toEqual({
      names: [],
      faults: [expect.stringMatching(/^trainable: Invalid regular expression/)],
    });
  });
});
