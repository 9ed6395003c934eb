import { defaultInputs } from '../datasets/default-inputs.ts';
import { modelRows } from '../datasets/model-rows.ts';
import { splitRows } from '../datasets/split-rows.ts';
import type { TargetSpec } from '../store/job-rows.ts';
import { RecipeSchema } from '../store/recipe/recipe.ts';
import { trainModel } from '../training/train-model.ts';
import { OrtEngine } from '../worker/ort/ort-engine.ts';
import { PROVIDERS } from '../worker/ort/provider.ts';
import { importDiabetes } from './real-data.ts';

/** Trains a small network on the provider named first and prints its losses: a provider may need another environment. */
async function lossCurve(provider: string): Promise<number[]> {
  const { table, description } = await importDiabetes();
  const label = 'outcome';
  const places = splitRows(table, { seed: 1, shares: { train: 0.7, validation: 0.15, test: 0.15 }, label });
  const target: TargetSpec = { task: 'classification', column: label, classes: [...description.classes] };
  const reading = { inputs: defaultInputs(table, { target }), target };
  const engine = new OrtEngine(PROVIDERS.find((known) => known === provider) ?? 'cpu');
  await engine.check();
  const { curve } = await trainModel({
    recipe: RecipeSchema.parse({ hidden: [16, 8], epochs: 4, batchSize: 64, learningRate: 0.01 }),
    seed: 2,
    train: modelRows(table, places.train, reading),
    validation: modelRows(table, places.validation, reading),
    engine,
    nowMs: () => performance.now(),
  });
  return curve.flatMap(({ trainLoss, validationLoss }) => [trainLoss, validationLoss]);
}

process.stdout.write(JSON.stringify(await lossCurve(process.argv[2] ?? 'cpu')));
