import { NEWEST_DESCRIBED_OPSET, OPERATOR_SCHEMAS, TYPE_SETS } from '../generated/operator-schemas.ts';

/** An input or output of an operator. */
export interface FormalValue {
  /** Name of a type parameter, or `undefined` where the type is fixed. */
  readonly parameter: string | undefined;
  /** Types that it may have, in this package's words: float32, int64, ... */
  readonly types: ReadonlySet<string>;
  readonly isOptional: boolean;
  /** The last one may stand for any number; each of them may have another type where `isMixed`. */
  readonly isMixed: boolean;
}

export interface FormalAttribute {
  /** The letter of its kind in the generated table: i, f, s, t, g and I, F, S, T, G for lists. */
  readonly kind: string;
  readonly isRequired: boolean;
}

/** What the standard says of one version of an operator. */
export interface OperatorSchema {
  readonly since: number;
  readonly inputCount: readonly [least: number, most: number];
  readonly inputs: readonly FormalValue[];
  readonly outputCount: readonly [least: number, most: number];
  readonly outputs: readonly FormalValue[];
  readonly attributes: ReadonlyMap<string, FormalAttribute>;
}

/** Why an operator cannot be used with an operator set. */
export type OperatorAbsence = 'unknown' | 'newer' | 'removed';

const parsed = new Map<string, OperatorSchema>();

/**
 * The version of an operator that an operator set has.
 *
 * 'newer': a later operator set brought it; 'removed': it was there once.
 */
export function operatorSchema(operator: string, opset: number): OperatorSchema | OperatorAbsence {
  if (!Object.hasOwn(OPERATOR_SCHEMAS, operator)) return 'unknown';
  const versions = OPERATOR_SCHEMAS[operator] ?? [];
  const usable = versions.filter((version) => Number.parseInt(version, 10) <= opset);
  const version = usable.at(-1);
  if (version === undefined) return 'newer';
  if (!version.includes('|')) return 'removed';
  const key = `${operator}|${version}`;
  const schema = parsed.get(key) ?? parse(version);
  parsed.set(key, schema);
  return schema;
}

/** Whether the table of operators reaches as far as an operator set. */
export function isDescribedOpset(opset: number): boolean {
  return opset <= NEWEST_DESCRIBED_OPSET;
}

/** First operator set that has an operator, `undefined` for one that none has. */
export function firstOpsetOf(operator: string): number | undefined {
  const [first] = Object.hasOwn(OPERATOR_SCHEMAS, operator) ? (OPERATOR_SCHEMAS[operator] ?? []) : [];
  return first === undefined ? undefined : Number.parseInt(first, 10);
}

function parse(text: string): OperatorSchema {
  const [since, inputCount, inputs, outputCount, outputs, attributes, parameters] = text.split('|');
  const sets = new Map(words(parameters).map((word) => [before(word, '='), typeSet(Number(word.split('=')[1]))]));
  return {
    since: Number(since),
    inputCount: range(inputCount),
    inputs: words(inputs).map((word) => formalValue(word, sets)),
    outputCount: range(outputCount),
    outputs: words(outputs).map((word) => formalValue(word, sets)),
    attributes: new Map(words(attributes).map((word) => [before(word, ':'), formalAttribute(word)])),
  };
}

function words(text: string | undefined): string[] {
  return text ? text.split(' ') : [];
}

function before(word: string, mark: string): string {
  return word.slice(0, word.indexOf(mark));
}

function typeSet(index: number): ReadonlySet<string> {
  return new Set(words(TYPE_SETS[index]));
}

function range(text = ''): [number, number] {
  const [least, most] = text.split('-').map(Number);
  return [least ?? 0, most ?? 0];
}

function formalValue(word: string, sets: ReadonlyMap<string, ReadonlySet<string>>): FormalValue {
  const name = word.replace(/[?*+]$/, '');
  const isFixed = name.startsWith('=');
  return {
    parameter: isFixed ? undefined : name,
    types: isFixed ? new Set([name.slice(1)]) : (sets.get(name) ?? new Set()),
    isOptional: word.endsWith('?'),
    isMixed: word.endsWith('+'),
  };
}

function formalAttribute(word: string): FormalAttribute {
  const kind = word.slice(word.indexOf(':') + 1);
  return { kind: kind.charAt(0), isRequired: kind.endsWith('!') };
}
