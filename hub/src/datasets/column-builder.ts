import { parseTime, plainText } from '@edgeloop/protocol';
import { OutsideError, RequestError } from '../errors.ts';
import type { ColumnKind } from '../store/dataset-store.ts';
import type { CodedColumn, Column } from '../store/table.ts';

const MISSING_MARKS = new Set(['', 'na', 'n/a', 'nan', 'null', '?']);

const ISO_TIME = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/;

/** More different whole numbers than this are a number to tell, fewer are the names of classes. */
const MOST_NUMBERED_CLASSES = 20;

/** A text column whose values nearly never repeat is an identifier when short and text when long. */
const UNIQUE_SHARE = 0.95;
const SMALLEST_UNIQUE = 50;
const LONGEST_CATEGORY = 100;

/** Collects the cells of one column, each different text once, and decides at the end what they are. */
export class ColumnBuilder {
  readonly name: string;
  readonly #codes = new Map<string, number>();
  /** Line of the file where each text came first. */
  readonly #lines: number[] = [];
  #cells = new Int32Array(1024);
  #rows = 0;

  constructor(name: string) {
    this.name = name;
  }

  get rows(): number {
    return this.#rows;
  }

  /** Adds one cell; surrounding white space and marks such as NA count for nothing. */
  add(cell: string | null, line: number): void {
    if (this.#rows === this.#cells.length) this.#cells = grown(this.#cells);
    this.#cells[this.#rows++] = cell === null ? -1 : this.#codeOf(cell, line);
  }

  /**
   * The column, as the kind asked for or as the cells look.
   *
   * @throws OutsideError DATA_INVALID naming line and column where a cell does not fit the kind asked for; RequestError INVALID_INPUT for images
   */
  finish(wanted?: ColumnKind): Column {
    const texts = [...this.#codes.keys()];
    const kind = wanted ?? kindOf(texts, this.#cells.subarray(0, this.#rows));
    if (kind === 'image') {
      const message = `column ${JSON.stringify(this.name)}: images come in a folder, not in a file of text`;
      throw new RequestError('INVALID_INPUT', message, { details: { column: this.name } });
    }
    // Of what only looks like times, days that there are not count as missing; what is said to be times has to be.
    if (wanted === 'time') this.#requireTimes(texts);
    return kind === 'number' ? this.#asNumbers(texts) : this.#asLevels(texts, kind);
  }

  /** Whether the column, as a label, holds classes: words, or few different whole numbers. */
  get holdsClasses(): boolean {
    const numbers = [...this.#codes.keys()].map(parseNumber);
    return numbers.some((number) => !Number.isInteger(number)) ? numbers.includes(undefined) : isFew(numbers);
  }

  #codeOf(cell: string, line: number): number {
    const known = this.#codes.get(cell);
    if (known !== undefined) return known;
    const text = plainText(cell).trim();
    if (MISSING_MARKS.has(text.toLowerCase())) return -1;
    const trimmed = this.#codes.get(text);
    if (trimmed !== undefined) return trimmed;
    const code = this.#codes.size;
    this.#codes.set(text, code);
    this.#lines.push(line);
    return code;
  }

  #asNumbers(texts: readonly string[]): Column {
    const numbers = texts.map((text, code) => {
      const number = parseNumber(text);
      if (number !== undefined) return number;
      throw this.#unfit(code, 'a number', text);
    });
    const values = Float64Array.from(this.#cells.subarray(0, this.#rows), (code) => numbers[code] ?? Number.NaN);
    return { kind: 'number', name: this.name, values };
  }

  #requireTimes(texts: readonly string[]): void {
    const code = texts.findIndex((text) => parseTime(text) === undefined);
    if (code >= 0) throw this.#unfit(code, 'a time as ISO 8601 or Unix seconds', texts[code] ?? '');
  }

  #unfit(code: number, expected: string, text: string): OutsideError {
    const line = this.#lines[code];
    return new OutsideError(
      'DATA_INVALID',
      `line ${line}, column ${JSON.stringify(this.name)}: expected ${expected}, got ${quoted(text)}`,
      { details: { line, column: this.name } },
    );
  }

  #asLevels(texts: readonly string[], kind: CodedColumn['kind']): Column {
    const levels = [...texts].sort();
    const places = new Map(levels.map((level, place) => [level, place]));
    const newCodes = texts.map((text) => places.get(text) ?? -1);
    const codes = Int32Array.from(this.#cells.subarray(0, this.#rows), (code) => newCodes[code] ?? -1);
    return { kind, name: this.name, levels, codes };
  }
}

/** A cell for a message, cut to a readable length. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}

function kindOf(texts: readonly string[], cells: Int32Array): ColumnKind {
  if (texts.every((text) => parseNumber(text) !== undefined)) return 'number';
  if (texts.every((text) => ISO_TIME.test(text))) return 'time';
  const longest = texts.reduce((length, text) => Math.max(length, text.length), 0);
  const present = cells.reduce((count, code) => count + (code < 0 ? 0 : 1), 0);
  const isUnique = texts.length >= SMALLEST_UNIQUE && texts.length >= UNIQUE_SHARE * present;
  if (longest > LONGEST_CATEGORY) return 'text';
  if (!isUnique) return 'category';
  return texts.some((text) => text.includes(' ')) ? 'text' : 'identifier';
}

function isFew(numbers: readonly unknown[]): boolean {
  return new Set(numbers).size <= MOST_NUMBERED_CLASSES;
}

function parseNumber(text: string): number | undefined {
  const number = Number(text);
  return Number.isFinite(number) ? number + 0 : undefined;
}

function grown(cells: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(cells.length * 2);
  larger.set(cells);
  return larger;
}
