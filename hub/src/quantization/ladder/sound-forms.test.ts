import { float32, type Model, prepareForQuantization, writeModel } from '@edgeloop/onnx';
import { expect, test } from 'vitest';
import type { InputKind } from '../../store/model-rows.ts';
import { type RecipeInput, RecipeSchema } from '../../store/recipe/recipe.ts';
import { checkerFaults } from '../../testing/checker-faults.ts';
import { madeRows } from '../../testing/made-rows.ts';
import { TRANSFORMER_STEPS, TRANSFORMER_WIDTH, transformerNetwork } from '../../testing/transformer-network.ts';
import { wideNetwork, wideRows } from '../../testing/wide-network.ts';
import { SeededRandom } from '../../training/seeded-random.ts';
import { trainModel } from '../../training/train-model.ts';
import { OrtEngine } from '../../worker/ort/ort-engine.ts';
import { type FeedSource, rowSource } from '../feed-source.ts';
import { FloatBase } from './float-base.ts';
import { LADDER } from './ladder-plan.ts';
import type { Workshop } from './rung.ts';

const ENGINE = new OrtEngine();
const GOALS = { maxAccuracyDrop: 0.005, maxRelativeDrop: 0.01, maxLatencyShare: 1 };
/** A clock that stands still: no node is slow. */
const nowMs = () => 0;

interface Case {
  readonly model: Model;
  readonly rows: FeedSource;
}

async function trained(recipe: RecipeInput, kind: InputKind): Promise<Case> {
  const rows = madeRows([kind], 64, 1);
  const one = { epochs: 1, batchSize: 32, ...recipe };
  const made = { recipe: RecipeSchema.parse(one), seed: 1, train: rows, validation: rows, engine: ENGINE, nowMs };
  return { model: (await trainModel(made)).model, rows: rowSource(rows) };
}

function transformerRows(rows: number): FeedSource {
  const random = new SeededRandom(3);
  const size = TRANSFORMER_STEPS * TRANSFORMER_WIDTH;
  const values = Float32Array.from({ length: rows * size }, () => 2 * random.next() - 1);
  return {
    rows,
    feeds(start, count) {
      const part = values.subarray(start * size, (start + count) * size);
      return { x: float32(part, [part.length / size, TRANSFORMER_STEPS, TRANSFORMER_WIDTH]) };
    },
  };
}

/** Rungs that make no form of networks without large matrices. */
const WEIGHTS = ['int8-weights', 'int4-weights'];
/** Makes none where all of few nodes would stay in float, which lies in the last bits of a processor. */
const RARE = 'int8-static, many nodes in float';

const text = { length: 12 };
const CASES: Readonly<Record<string, { readonly make: () => Promise<Case>; readonly without: readonly string[] }>> = {
  'of dense layers': {
    make: async () => ({ model: wideNetwork({ units: 320 }), rows: wideRows(64) }),
    without: [],
  },
  'of convolutions': {
    make: () => trained({ family: 'cnn', filters: [16, 32], hidden: [64] }, 'image'),
    without: WEIGHTS,
  },
  'of depthwise convolutions': {
    make: () => trained({ family: 'mobile-cnn', filters: [16, 32, 32] }, 'image'),
    without: WEIGHTS,
  },
  'of text with an LSTM': {
    make: () => trained({ family: 'text-cnn-lstm', recurrentUnits: 64, preprocessing: { text } }, 'text'),
    without: WEIGHTS,
  },
  'with attention': {
    make: async () => ({ model: transformerNetwork(), rows: transformerRows(64) }),
    without: [],
  },
};

/** What every rung makes of a model, by its name. */
async function allForms({ model, rows }: Case, reduceRange: boolean): Promise<ReadonlyMap<string, Model>> {
  const base = new FloatBase(prepareForQuantization(model), { engine: ENGINE, calibration: rows, nowMs, goals: GOALS });
  const workshop: Workshop = {
    ...{ base, reduceRange, signal: undefined },
    // Rungs ask for what went wrong before: everything.
    missesOf: () => new Set(['accuracy', 'speed', 'size']),
    fineTune: async (request) => request.model,
    keepScales: (_: unknown, make: (previous: undefined) => Promise<Model>) => make(undefined),
  };
  const forms = new Map<string, Model>();
  for (const rung of LADDER) {
    const made = await rung.make(workshop);
    if (made.kind === 'form') forms.set(`${rung.name}${reduceRange ? ', 7 bit' : ''}`, made.model);
  }
  return forms;
}

for (const [name, { make, without }] of Object.entries(CASES)) {
  test(`every form that the ladder can make of a network ${name} is sound and loads`, async (context) => {
    const given = await make();
    const forms = new Map([...(await allForms(given, false)), ...(await allForms(given, true))]);
    const missing = LADDER.map((rung) => rung.name).filter((rung) => !forms.has(rung) && rung !== RARE);
    expect(missing).toEqual(without);
    for (const form of forms.values()) {
      // With all of ONNX Runtime's optimizations.
      const runner = await ENGINE.open(writeModel(form));
      const outputs = await runner.run(given.rows.feeds(0, 2));
      expect(Object.keys(outputs)).toEqual(given.model.graph.output.map((output) => output.name));
      await runner.close();
    }
    const faults = checkerFaults(forms);
    if (faults === undefined) context.skip('no Python interpreter here can import onnx');
    expect(faults).toEqual({});
  }, 60_000);
}
