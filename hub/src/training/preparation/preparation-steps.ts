import { type GraphBuilder, int64 } from '@edgeloop/onnx';
import { InternalError } from '../../errors.ts';
import type { InputRows } from '../../store/model-rows.ts';
import type { Preprocessing } from '../../store/recipe/preprocessing.ts';
import type { ImageShape } from '../../store/recipe/recipe.ts';
import { categoryStep, type PreparedCode } from './category-step.ts';
import { settingsOf } from './column-settings.ts';
import { imageStep } from './image-step.ts';
import { ngramStep } from './ngram-step.ts';
import { numberStep } from './number-step.ts';
import { pixelStep } from './pixel-step.ts';
import { anyPresence, presenceOf } from './presence-step.ts';
import type { PreparedValues, StepContext, StepPart } from './step.ts';
import { timeStep } from './time-step.ts';
import { toFloat } from './to-float.ts';
import { windowStep } from './window-step.ts';
import { wordStep } from './word-step.ts';

/** Name of what numbers, categories and times are together, among what a reading can lack. */
const TABLE = 'table';

/** Collects what the steps of all inputs give, and sorts it into parts. */
export class PreparationSteps {
  readonly #graph: GraphBuilder;
  readonly #rows: number;
  readonly #settings: Preprocessing;
  readonly #pixels: ImageShape | undefined;
  readonly #values: PreparedValues[] = [];
  readonly #codes: PreparedCode[] = [];
  readonly #parts: StepPart[] = [];
  /** By what can be missing; made only where it is asked for. */
  readonly #presences = new Map<string, (() => string)[]>();

  constructor(graph: GraphBuilder, rows: number, settings: Preprocessing, pixels: ImageShape | undefined) {
    this.#graph = graph;
    this.#rows = rows;
    this.#settings = settings;
    this.#pixels = pixels;
  }

  /** Adds the step of an input. */
  add(input: InputRows): void {
    const context = { graph: this.#graph, input, rows: this.#rows, settings: this.#settings };
    const { kind } = input.spec;
    if (kind === 'image') this.#addImage(context);
    else if (kind === 'text') this.#addPart(context, textStep(context));
    else if (kind === 'window') this.#addPart(context, windowStep(context));
    else if (kind === 'numbers' && this.#pixels) this.#addPart(context, pixelStep(context, this.#pixels));
    else this.#addColumns(context);
  }

  /** All parts in their order. */
  finish(): StepPart[] {
    const parts = [...this.#valuesPart(), ...this.#codesPart(), ...this.#parts];
    if (parts.length === 0) throw new InternalError('a preparation must have an input, got none');
    return this.#presences.size < 2 ? parts : [...parts, this.#presencePart()];
  }

  #addColumns(context: StepContext): void {
    const { spec } = context.input;
    this.#notePresence(TABLE, () => presenceOf(this.#graph, spec));
    if (spec.kind === 'numbers') this.#values.push(...numberStep(context));
    else if (spec.kind === 'times') this.#values.push(...timeStep(context));
    else {
      const { values, codes } = categoryStep(context);
      this.#values.push(...values);
      this.#codes.push(...codes);
    }
  }

  #addPart({ input: { spec } }: StepContext, part: StepPart): void {
    this.#notePresence(part.part.name, () => presenceOf(this.#graph, spec));
    this.#parts.push(part);
  }

  #addImage(context: StepContext): void {
    const image = imageStep(context);
    this.#notePresence(image.part.name, () =>
      this.#graph.node('Reshape', [toFloat(this.#graph, image.isThere), this.#graph.constant(int64([-1, 1]))]),
    );
    this.#parts.push(image);
  }

  #notePresence(name: string, make: () => string): void {
    this.#presences.set(name, [...(this.#presences.get(name) ?? []), make]);
  }

  #valuesPart(): StepPart[] {
    if (this.#values.length === 0) return [];
    const entries = this.#values.flatMap((one) => one.entries);
    const value = this.#joined(this.#values.map((one) => one.value));
    return [{ value, part: { name: 'values', kind: 'values', dims: [entries.length], entries } }];
  }

  #codesPart(): StepPart[] {
    if (this.#codes.length === 0) return [];
    const value = this.#joined(this.#codes.map((one) => one.value));
    const entries = this.#codes.map(({ column }) => column);
    const levels = this.#codes.map((one) => one.levels);
    return [{ value, part: { name: 'codes', kind: 'codes', dims: [entries.length], levels, entries } }];
  }

  #presencePart(): StepPart {
    const entries = [...this.#presences.keys()];
    const all = [...this.#presences.values()].map((made) =>
      anyPresence(
        this.#graph,
        made.map((make) => make()),
      ),
    );
    return {
      value: this.#joined(all),
      part: { name: 'presence', kind: 'values', dims: [entries.length], entries },
    };
  }

  #joined(values: readonly string[]): string {
    const [only = ''] = values;
    return values.length === 1 ? only : this.#graph.node('Concat', values, { axis: 1 });
  }
}

function textStep(context: StepContext): StepPart {
  const settings = settingsOf(context.settings, 'text', context.input.spec.columns[0] ?? '');
  return settings.tokens === 'ngrams' ? ngramStep(context, settings) : wordStep(context, settings);
}
