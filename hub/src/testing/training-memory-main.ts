import { readFileSync } from 'node:fs';
import { RecipeSchema } from '../store/recipe.ts';
import { mlp } from '../training/families/mlp.ts';
import { layersCore } from '../training/layers/layers-core.ts';
import { setFirstWeights } from '../training/families/first-weights.ts';
import { NETWORK_VALUES } from '../training/network.ts';
import { SeededRandom } from '../training/seeded-random.ts';
import { Trainer } from '../training/trainer.ts';
import { trainingPlan } from '../training/training-plan.ts';
import { OrtEngine } from '../worker/ort/ort-engine.ts';

const FEATURES = 64;
const CLASSES = 10;
const BATCH_SIZE = 64;
const ROWS = 3_000;
const FLOAT_BYTES = 4;

/** Most memory that this process has ever had, in bytes. @see proc(5), VmHWM */
function peakBytes(): number {
  const [, kibibytes] = /VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  return Number(kibibytes) * 1024;
}

/** Trains a network of two hidden layers; returns how many parameters it has. */
async function train(units: number): Promise<number> {
  const random = new SeededRandom(1);
  const parts = [{ name: 'values', kind: 'values', dims: [FEATURES] }] as const;
  const recipe = RecipeSchema.parse({ hidden: [units, units], epochs: 3, batchSize: BATCH_SIZE });
  const layers = mlp({ parts, settings: recipe, outputs: CLASSES });
  setFirstWeights(layers, random);
  const { model: core } = layersCore(layers, parts, { parts }, NETWORK_VALUES.logits);
  const values = Float32Array.from({ length: ROWS * FEATURES }, () => 2 * random.next() - 1);
  const labels = Int32Array.from({ length: ROWS }, () => Math.floor(CLASSES * random.next()));
  const rows = { rows: ROWS, dims: [FEATURES], values, labels };
  const plan = trainingPlan(recipe, 1, { ...rows, objective: { kind: 'classes', classes: { length: CLASSES } } });
  await new Trainer(new OrtEngine(), plan, () => performance.now()).train({
    ...{ forward: core, input: NETWORK_VALUES.prepared, output: NETWORK_VALUES.logits },
    ...{ train: rows, validation: rows, random: random.state, identity: {}, hooks: {} },
  });
  return FEATURES * units + units * units + units * CLASSES + 2 * units + CLASSES;
}

// The engine and this program are there before; so are all that the first training brings with it.
await train(8);
const beforeBytes = peakBytes();
const units = Number(process.argv[2]);
const parameters = await train(units);
// Adam keeps two moments of each weight; every layer has sums and what ReLU leaves of them.
const stateBytes = 3 * parameters * FLOAT_BYTES;
const activationBytes = BATCH_SIZE * (FEATURES + 4 * units + CLASSES) * FLOAT_BYTES;
process.stdout.write(JSON.stringify({ stateBytes, activationBytes, tookBytes: peakBytes() - beforeBytes }));
