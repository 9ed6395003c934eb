import { describe, expect, test } from 'vitest';
import { checkModel } from '../inspect/check-model.ts';
import { checkTypes } from '../inspect/check-types.ts';
import { inspectModel } from '../inspect/inspect-model.ts';
import { inferTypes } from '../shape/infer-types.ts';
import { int64 } from '../tensor/tensor.ts';
import { pythonWith } from '../testing/python.ts';
import { type ExportName, pytorchExports } from '../testing/pytorch-exports.ts';
import { randomFloat32, seededRandom } from '../testing/random-tensors.ts';
import { expectSameOutputs } from '../testing/same-outputs.ts';
import { optimize } from './optimize.ts';

/** A dozen layers; weights are rounded once more where BatchNormalization went into them. */
const ROUNDING = 1e-5;

const random = seededRandom(8);
const WORDS = int64(
  Array.from({ length: 3 * 9 }, (_, at) => at % 50),
  [3, 9],
);

type Feeds = Parameters<typeof expectSameOutputs>[2];

/** Most nodes that may be left, and what is fed: not the sizes that the exporter saw, where they are open. */
const CASES: Readonly<Record<ExportName, readonly [nodes: number, feeds: Feeds]>> = {
  encoder: [114, { x: randomFloat32(random, [3, 5, 32]) }],
  attention: [27, { x: randomFloat32(random, [1, 9, 16]) }],
  unet: [12, { x: randomFloat32(random, [2, 3, 16, 20]) }],
  text: [21, { x: WORDS }],
};

const python = pythonWith('torch');

describe('what PyTorch exports', () => {
  test.skipIf('missing' in python)(
    'has no faults, is fully typed, and computes the same with far fewer nodes',
    async ({ skip }) => {
      if ('missing' in python) return skip(python.missing);
      const models = pytorchExports(python.command);
      for (const [name, [nodes, feeds]] of Object.entries(CASES)) {
        const model = models[name as ExportName];
        expect([...checkModel(model), ...checkTypes(model)], name).toEqual([]);
        const types = inferTypes(model);
        for (const value of model.graph.node.flatMap(({ output }) => output)) {
          if (value !== '') expect(types.typeOf(value).dims, `${name} ${value}`).not.toContain(undefined);
        }
        const { model: optimized } = optimize(model);
        expect(optimized.graph.node.length, name).toBeLessThanOrEqual(nodes);
        await expectSameOutputs(model, optimized, feeds, ROUNDING);
        expect(inspectModel(model).unestimatedOperators, name).toEqual([]);
      }
    },
    60_000,
  );
});
