import { describe, expect, test } from 'vitest';
import { inputSpecsOf } from './input-specs.ts';

function input(name: string, elementType: string, dims: number[], kind: string, columns = ['a']) {
  return {
    ...{ name, elementType, dims, meaning: '', layout: '', stride: 0 },
    features: columns.map((column) => ({ name: column, kind, unit: '', description: '', levels: [] })),
  };
}

describe('inputs of a signature', () => {
  test('say what a model reads', () => {
    const inputs = [
      input('features', 'float32', [-1, 2], 'number', ['a', 'b']),
      input('categories', 'string', [-1, 1], 'category'),
      input('times', 'float64', [-1, 1], 'time'),
      input('text', 'string', [-1, 1], 'text'),
      input('image', 'uint8', [-1, -1, -1, 3], 'image'),
      input('window', 'float32', [-1, 16, 2], 'number', ['a', 'b']),
    ];
    expect(inputSpecsOf({ inputs })).toEqual([
      { name: 'features', kind: 'numbers', columns: ['a', 'b'], dims: [2] },
      { name: 'categories', kind: 'categories', columns: ['a'], dims: [1] },
      { name: 'times', kind: 'times', columns: ['a'], dims: [1] },
      { name: 'text', kind: 'text', columns: ['a'], dims: [1] },
      { name: 'image', kind: 'image', columns: ['a'], dims: [-1, -1, 3] },
      { name: 'window', kind: 'window', columns: ['a', 'b'], dims: [16, 2] },
    ]);
  });

  test('are those of any other type only in models made elsewhere', () => {
    const inputs = [input('ids', 'int64', [-1, 4], 'number')];
    expect(() => inputSpecsOf({ inputs })).toThrow(expect.objectContaining({ code: 'MODEL_INVALID' }));
  });
});
