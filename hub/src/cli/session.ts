import { Command, InvalidArgumentError } from 'commander';
import { ApiClient } from './api-client.ts';
import type { CliIo } from './cli-io.ts';
import { type AddressOptions, findHub } from './hub-address.ts';
import { ProgressLine } from './progress-line.ts';
import { renderTable, type TableColumn } from './table.ts';

export interface GlobalOptions extends AddressOptions {
  readonly json?: boolean;
}

/** What every command works with: the hub, and how to answer. */
export class Session {
  readonly io: CliIo;
  readonly #options: GlobalOptions;

  constructor(io: CliIo, options: GlobalOptions) {
    this.io = io;
    this.#options = options;
  }

  get isJson(): boolean {
    return this.#options.json ?? false;
  }

  /** @throws RequestError INVALID_INPUT when no hub is named */
  get api(): ApiClient {
    const { url, token } = findHub(this.#options, this.io.env);
    return new ApiClient(url, token, this.io.fetch);
  }

  /** Answers with JSON where that was asked for, with the text otherwise. */
  answer(value: unknown, text: () => string): void {
    this.io.out(this.isJson ? `${JSON.stringify(value, null, 2)}\n` : text());
  }

  answerTable<Row>(value: unknown, rows: readonly Row[], columns: readonly TableColumn<Row>[], nothing: string): void {
    this.answer(value, () => renderTable(rows, columns, nothing));
  }

  /** A bar on standard error, shown only to a person who watches. */
  progress(title: string): ProgressLine {
    return new ProgressLine(title, this.io.isInteractive && !this.isJson);
  }
}

/** A command that gets a session: adds the options that all of them share. */
export function command(name: string, summary: string): Command {
  return new Command(name)
    .description(summary)
    .summary(summary.split('.')[0] ?? summary)
    .option('--url <URL>', 'address of the hub (EDGELOOP_URL)')
    .option('--token <TOKEN>', 'API token (EDGELOOP_TOKEN)')
    .option('--data <DIR>', 'data folder of a hub on this machine, to find it by (EDGELOOP_DATA)')
    .option('--json', 'answer with JSON')
    .showHelpAfterError('(add --help for what there is)');
}

/** A group of commands: `edgeloop devices ...`. */
export function group(name: string, summary: string): Command {
  return new Command(name).description(summary).showHelpAfterError('(add --help for what there is)');
}

/** An option or argument that must be a whole number within bounds. */
export function wholeNumber(least: number, most: number = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`expected a whole number from ${least} to ${most}`);
  };
}

/** Collects `name=value` options given several times. */
export function nameValue(text: string, before: Record<string, string> = {}): Record<string, string> {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('expected name=value');
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
}

/** `name@3` -> name and version; the version may be left out. */
export function nameAndVersion(text: string): { name: string; version?: number } {
  if (/^[^@]+@0+$/.test(text)) throw new InvalidArgumentError('expected NAME@VERSION, and versions start at 1');
  const match = /^([^@]+)(?:@([1-9]\d*))?$/.exec(text);
  if (!match?.[1]) throw new InvalidArgumentError('expected NAME or NAME@VERSION');
  return match[2] === undefined ? { name: match[1] } : { name: match[1], version: Number(match[2]) };
}

/** `name@3`, with the version. */
export function versionOf(text: string): { name: string; version: number } {
  const { name, version } = nameAndVersion(text);
  if (version === undefined) throw new InvalidArgumentError('expected NAME@VERSION');
  return { name, version };
}
