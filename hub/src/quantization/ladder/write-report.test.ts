import type { Model } from '@edgeloop/onnx';
import { expect, test } from 'vitest';
import { climb } from '../../testing/small-climb.ts';
import { wideNetwork, wideRows } from '../../testing/wide-network.ts';
import { agreement } from '../yardstick/agreement.ts';

/** The same network with its last values drawn anew in every run. */
function drawing(): Model {
  const { graph, ...model } = wideNetwork();
  const [output] = graph.output;
  const name = output?.name ?? '';
  const node = graph.node.map((entry) => ({
    ...entry,
    output: entry.output.map((value) => (value === name ? 'steady' : value)),
  }));
  const last = { opType: 'RandomUniformLike', input: ['steady'], output: [name], attribute: [], domain: '' };
  return { ...model, graph: { ...graph, node: [...node, { ...graph.node[0], ...last, name: 'drawn' }] } } as Model;
}

test('forms of a model that does not agree with itself are refused for that, and the report says so', async () => {
  const { report } = await climb({ model: drawing() });
  expect(report.notes.join()).toMatch(/float32 agrees with itself by .* % only when it is asked the same rows twice/);
  const [found] = report.classes;
  expect(found?.chosen).toBe('float32');
  for (const { reasons } of found?.steps ?? []) {
    expect(reasons.filter((reason) => reason.startsWith('not met'))).toEqual([
      expect.stringMatching(/^not met: float32 agrees with itself/),
    ]);
  }
});

test('two rows judge no form: one of each format is made, and float32 stays', async () => {
  const { report } = await climb({ yardstick: agreement(wideRows(2, 6)) });
  const [found] = report.classes;
  expect(found).toMatchObject({ chosen: 'float32', order: ['float32'] });
  expect(found?.steps.map(({ rung }) => rung)).toEqual(['int8-static, min-max', 'int8-dynamic']);
  expect(found?.why).toMatch(/^none of 2 smaller forms met the goals; .* 2 rows without labels are too few to tell/);
});

test('one form that could be made is told as one', async () => {
  const { report } = await climb({ calibration: undefined, yardstick: agreement(wideRows(1, 6)) });
  expect(report.classes[0]?.why).toMatch(
    /^the only smaller form that could be made did not meet the goals, int8-dynamic: not met: 1 row without labels is/,
  );
  expect(report.notes.join()).toMatch(/only 1 row judged the forms/);
});
