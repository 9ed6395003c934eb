import { OutsideError } from '../../errors.ts';
import type { GraphRunner, Tensors } from '../../graph-engine.ts';
import type { FormQuality } from '../../store/quantization-report.ts';
import type { FeedSource } from '../feed-source.ts';
import { goldenFeeds } from '../golden/golden-feeds.ts';
import { type HeldRow, heldRows, type OutputAgreement, outputAgreement } from './output-agreement.ts';
import { type OutputMeaning, outputMeaning } from './output-meaning.ts';
import type { HeldAnswers, LoadedFloat, Standing, Yardstick } from './yardstick.ts';

/** What is kept of float32's outputs; rows beyond it are left out. */
const HELD_BYTES = 64 * 1024 * 1024;
/** Runs of float32 that show what an output means. */
const SHOWN_RUNS = 16;

/** What float32 says of the rows, by output. */
interface Held {
  readonly rows: number;
  readonly outputs: ReadonlyMap<string, { readonly meaning: OutputMeaning; readonly rows: readonly HeldRow[] }>;
}

/**
 * Judges by what float32 says of the same rows, for models without labels: the share of the positions with the same
 * largest entry where an output tells classes apart, the share of the symbols where these spell a text, else 1 minus the
 * relative error. Of several outputs the worst counts.
 */
export function agreement(source: FeedSource): Yardstick {
  return {
    source,
    rowsAre: 'rows without labels',
    async hold(float: LoadedFloat): Promise<HeldAnswers> {
      const held = await holdOutputs(float, source);
      const measuring = { held, source, atOnce: float.atOnce };
      const { value: selfAgreement } = (await measureForm(float.runner, measuring)).quality;
      return {
        float: { ...standing({ value: 1, low: 1, high: 1 }, held, undefined), selfAgreement },
        measure: async (form) => ({ ...(await measureForm(form, measuring)), selfAgreement }),
      };
    },
    golden: (form, options) => goldenFeeds(form, source, options),
  };
}

interface Measuring {
  readonly held: Held;
  readonly source: FeedSource;
  readonly atOnce: number;
}

async function holdOutputs({ model, runner, atOnce }: LoadedFloat, source: FeedSource): Promise<Held> {
  const meanings = await meaningsOf(model, runner, source);
  const rows = new Map<string, HeldRow[]>([...meanings.keys()].map((name) => [name, []]));
  let [seen, bytes] = [0, 0];
  for (let start = 0; start < source.rows && bytes < HELD_BYTES; start += atOnce) {
    const count = Math.min(atOnce, source.rows - start);
    const outputs = await runner.run(source.feeds(start, count));
    for (const [name, meaning] of meanings) {
      const held = heldRows(outputOf(outputs, name), count, meaning);
      bytes += held.reduce((sum, { entries }) => sum + 4 * entries.length, 0);
      rows.get(name)?.push(...held);
    }
    seen = start + count;
  }
  const outputs = [...meanings].map(([name, meaning]) => [name, { meaning, rows: rows.get(name) ?? [] }] as const);
  return { rows: seen, outputs: new Map(outputs) };
}

async function meaningsOf(
  model: LoadedFloat['model'],
  runner: GraphRunner,
  source: FeedSource,
): Promise<ReadonlyMap<string, OutputMeaning>> {
  const runs: Tensors[] = [];
  const count = Math.min(SHOWN_RUNS, source.rows);
  for (let index = 0; index < count; index++) {
    runs.push(await runner.run(source.feeds(Math.floor((index * source.rows) / count), 1)));
  }
  const names = model.graph.output.map(({ name }) => name ?? '');
  return new Map(
    names.map((name) => [
      name,
      outputMeaning(
        model,
        name,
        runs.map((outputs) => outputOf(outputs, name)),
      ),
    ]),
  );
}

async function measureForm(form: GraphRunner, { held, source, atOnce }: Measuring): Promise<Standing> {
  const rows = new Map<string, HeldRow[]>([...held.outputs.keys()].map((name) => [name, []]));
  for (let start = 0; start < held.rows; start += atOnce) {
    const count = Math.min(atOnce, held.rows - start);
    const outputs = await form.run(source.feeds(start, count));
    for (const [name, { meaning }] of held.outputs) {
      rows.get(name)?.push(...heldRows(outputOf(outputs, name), count, meaning));
    }
  }
  let worst: { readonly name: string; readonly found: OutputAgreement } | undefined;
  for (const [name, output] of held.outputs) {
    const found = outputAgreement(output.rows, rows.get(name) ?? [], output.meaning);
    if (worst === undefined || found.value < worst.found.value) worst = { name, found };
  }
  return standing(worst?.found ?? { value: 1, low: 1, high: 1 }, held, worst?.name);
}

function standing(found: OutputAgreement, { rows, outputs }: Held, worst: string | undefined): Standing {
  const { value, low, high } = found;
  const quality: FormQuality = {
    ...{ figure: 'agreement', value, low, high, rows },
    ...{ drop: 1 - value, dropLow: 1 - high, dropHigh: 1 - low },
  };
  const isOneOfMany = worst !== undefined && outputs.size > 1;
  const notes = isOneOfMany ? [`of the ${outputs.size} outputs ${worst} agrees least`] : [];
  return { quality, demands: [{ name: 'agreement', form: value, float: 1 }], notes };
}

function outputOf(outputs: Tensors, name: string): Tensors[string] {
  const output = outputs[name];
  if (output !== undefined) return output;
  throw new OutsideError('MODEL_INVALID', `expected an output ${name}, got ${Object.keys(outputs).join(', ')}`);
}
