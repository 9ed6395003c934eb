import { expect, test } from 'vitest';
import { denseNetwork } from '../testing/dense-network.ts';
import { valuesBehind } from './values-behind.ts';

test('values behind weights are those that change when the weights do', () => {
  const { graph } = denseNetwork({ sizes: [3, 4, 5, 2] });
  const behind = valuesBehind(graph, ['w1']);
  expect(behind).toContain('logits');
  expect(behind).toContain('probabilities');
  expect(behind).not.toContain('features');
  expect(behind).not.toContain(graph.node.find(({ name }) => name === 'dense0')?.output[0]);
});
