import { type Dim, type Model, separators, valueTypeOf } from '@edgeloop/onnx';
import type { ModelInput } from '../../store/recipe/fine-tuning.ts';
import type { ImageShape } from '../../store/recipe/recipe.ts';

export interface TableInput {
  readonly kind: 'table';
  readonly name: string;
  readonly columns: number;
}

export interface ImageInput {
  readonly kind: 'image';
  readonly name: string;
  /** The images in the columns. */
  readonly raw: ImageShape;
  /** Of the images that the model reads; so are height and width. */
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  /** Where the channels stand in the model's input. */
  readonly layout: 'channels-first' | 'channels-last';
}

/** What a base model reads. */
export type BaseInput = TableInput | ImageInput;

/** Shape of one row of it. */
export function rowOf(input: BaseInput): readonly number[] {
  if (input.kind === 'table') return [input.columns];
  const { channels, height, width, layout } = input;
  return layout === 'channels-first' ? [channels, height, width] : [height, width, channels];
}

/** What a recipe and a data set say about the columns. */
export interface RawColumns {
  readonly columns: number;
  readonly image: ImageShape | undefined;
  readonly input: Pick<ModelInput, 'height' | 'width'> | undefined;
}

/** Takes one sentence of what is wrong. */
export type TellFault = (message: string) => void;

/** Numbers of channels by which an image's axis is told from its height and width. */
const CHANNELS: ReadonlySet<Dim> = new Set([1, 3, 4]);

/**
 * The input that `features` depends on and the way columns become it; undefined, with the reasons told, where they
 * cannot.
 *
 * @param features value of the model that the new head reads; undefined where it has no head
 */
export function baseInput(
  model: Model,
  features: string | undefined,
  raw: RawColumns,
  fault: TellFault,
): BaseInput | undefined {
  const constants = new Set(model.graph.initializer.map(({ name }) => name));
  const inputs = model.graph.input
    .filter(({ name }) => !constants.has(name))
    .filter(({ name }) => features === undefined || separators(model, name ?? '', features).length > 0);
  const [input] = inputs;
  if (inputs.length !== 1 || input === undefined) {
    const names = inputs.map(({ name }) => name).join(', ');
    fault(`the model must have one input, got ${inputs.length}${names === '' ? '' : `: ${names}`}`);
    return undefined;
  }
  const { type, dims } = valueTypeOf(input);
  const name = input.name ?? '';
  if (type !== 'float32') fault(`input ${name} of the model must be float32, got ${type ?? 'no tensor'}`);
  if (dims?.length === 2) return table(name, dims[1], raw, fault);
  if (dims?.length === 4) return image(name, dims, raw, fault);
  const shapes = '[batch, columns], or for images [batch, channels, height, width]';
  fault(`input ${name} of the model must be ${shapes}, got ${dims ? shapeText(dims) : 'an unknown shape'}`);
  return undefined;
}

function table(name: string, wanted: Dim, { columns }: RawColumns, fault: TellFault): TableInput | undefined {
  if (typeof wanted !== 'number' || wanted === columns) return { kind: 'table', name, columns };
  fault(`input ${name} of the model reads ${wanted} columns, the data set gives ${columns}`);
  return undefined;
}

function image(name: string, dims: readonly Dim[], raw: RawColumns, fault: TellFault): ImageInput | undefined {
  const own = raw.image;
  if (!own) {
    fault(`image: input ${name} of the model reads images ${shapeText(dims)}; say the shape of those in the columns`);
    return undefined;
  }
  const isLast = !CHANNELS.has(dims[1]) && CHANNELS.has(dims[3]);
  const [channels, height, width] = isLast ? [dims[3], dims[1], dims[2]] : dims.slice(1);
  const wanted = typeof channels === 'number' ? channels : own.channels;
  if (own.channels !== wanted && own.channels !== 1) {
    fault(`image: input ${name} of the model reads ${wanted} channels, the columns have ${own.channels}`);
  }
  const size = (word: 'height' | 'width', fixed: Dim): number => {
    const told = raw.input?.[word];
    if (typeof fixed !== 'number') return told ?? own[word];
    if (told !== undefined && told !== fixed)
      fault(`input.${word}: the model reads a ${word} of ${fixed}, got ${told}`);
    return fixed;
  };
  return {
    ...{ kind: 'image', name, raw: own, channels: wanted, height: size('height', height), width: size('width', width) },
    layout: isLast ? 'channels-last' : 'channels-first',
  };
}

function shapeText(dims: readonly Dim[]): string {
  return `[${dims.map((dim) => dim ?? '?').join(', ')}]`;
}
