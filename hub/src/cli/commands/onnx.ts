import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { checkModel, checkTypes, diffModels, inspectModel, type Model, type ModelFault } from '@edgeloop/onnx';
import { Command, InvalidArgumentError } from 'commander';
import { HubError, messageOf, RequestError } from '../../errors.ts';
import type { CliIo, ExitCode } from '../cli-io.ts';
import { differencesText } from '../differences-text.ts';
import { type InspectedFile, inspectionText, type SideFile } from '../inspection-text.ts';
import { type ModelFile, ofModel, readModelFile, sideFile, withSideFiles } from '../model-file.ts';
import { printable } from '../printable.ts';
import { group, nameValue, Session } from '../session.ts';

/** `edgeloop onnx`: looks at files, without a hub. `end` says how the command line ends, though nothing goes wrong. */
export function onnxCommands(io: CliIo, end: (code: ExitCode) => void): Command[] {
  const onnx = group('onnx', 'Look at ONNX files, without a hub.')
    .addCommand(inspect(io))
    .addCommand(check(io, end))
    .addCommand(diff(io, end));
  return [onnx];
}

/** A command that works on files, and so needs no address of a hub. */
function fileCommand(name: string, summary: string): Command {
  return new Command(name)
    .description(summary)
    .summary(summary.split('.')[0] ?? summary)
    .option('--json', 'answer with JSON')
    .showHelpAfterError('(add --help for what there is)');
}

function inspect(io: CliIo): Command {
  return fileCommand('inspect', 'Tell what a model is, what it costs, and what can be trained and quantized of it.')
    .argument('<file>', 'an .onnx file')
    .option('--size <NAME=SIZE>', 'an open size of an input: batch=8, or x.0=8 for one without a name', size)
    .addHelpText(
      'after',
      `
Cost and memory are estimates: open sizes count as 1 unless --size fixes them. Memory is the largest sum of values that
are alive at once; a runtime needs less where it computes in place.

Example:
  $ edgeloop onnx inspect detection.onnx --size batch=1 --size height=640 --size width=640`,
    )
    .action(async (path: string, options: { json?: boolean; size?: Record<string, number> }) => {
      const session = new Session(io, options);
      const file = await readModelFile(path);
      const inspection = ofModel(`inspect ${path}`, () => inspectModel(file.model, { sizes: options.size ?? {} }));
      const { externalFiles } = inspection;
      const sideFiles = await Promise.all(externalFiles.map((location) => sideFileOf(file, location)));
      const faults = checkModel(file.model).filter(({ code }) => code !== 'EXTERNAL_DATA').length;
      const answer: InspectedFile = { file: { path, sizeBytes: file.sizeBytes }, ...inspection, sideFiles, faults };
      session.answer(answer, () => inspectionText(answer));
    });
}

function size(text: string, before: Record<string, number> = {}): Record<string, number> {
  const [[name, value] = ['', '']] = Object.entries(nameValue(text));
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError('expected NAME=SIZE with a whole number');
  return { ...before, [name]: number };
}

/** A side file is only looked for; one outside of the folder is told, not read. */
async function sideFileOf({ path }: ModelFile, location: string): Promise<SideFile> {
  try {
    const found = await sideFile(dirname(path), location);
    const status = found === undefined ? undefined : await stat(found);
    return status?.isFile() ? { location, state: 'there', sizeBytes: status.size } : { location, state: 'missing' };
  } catch (error) {
    if (error instanceof RequestError) return { location, state: 'outside of the folder' };
    throw error;
  }
}

function check(io: CliIo, end: (code: ExitCode) => void): Command {
  return fileCommand('check', 'Find what is wrong with a model.')
    .argument('<file>', 'an .onnx file')
    .addHelpText(
      'after',
      `
Looks at how the graph hangs together, at the operators against the standard, and at types and shapes as far as they are
known. Weights in other files are read from the folder of the model.

Ends with 0 when nothing is wrong, and with 1 when something is.`,
    )
    .action(async (path: string, options: { json?: boolean }) => {
      const session = new Session(io, options);
      const faults = await faultsOf(await readModelFile(path));
      session.answer({ file: path, faults }, () => faultsText(path, faults));
      if (faults.length > 0) end(1);
    });
}

async function faultsOf(file: ModelFile): Promise<ModelFault[]> {
  const { model, fault } = await standalone(file);
  const structure = checkModel(model).filter(({ code }) => !fault || code !== 'EXTERNAL_DATA');
  const faults = fault ? [fault, ...structure] : structure;
  // Types are inferred in the order of the nodes, which a cycle does not have.
  return structure.some(({ code }) => code === 'CYCLE') ? faults : [...faults, ...checkTypes(model)];
}

/** The model with its side files, or as it is with what is wrong with them. */
async function standalone(file: ModelFile): Promise<{ model: Model; fault?: ModelFault }> {
  try {
    return { model: await withSideFiles(file) };
  } catch (error) {
    if (!(error instanceof HubError)) throw error;
    return { model: file.model, fault: { code: 'EXTERNAL_DATA', message: messageOf(error), place: {} } };
  }
}

function faultsText(path: string, faults: readonly ModelFault[]): string {
  if (faults.length === 0) return `${path}: no faults\n`;
  const lines = faults.map(({ code, message }) => `${code}  ${printable(message)}\n`);
  return `${lines.join('')}${path}: ${faults.length} ${faults.length === 1 ? 'fault' : 'faults'}\n`;
}

function diff(io: CliIo, end: (code: ExitCode) => void): Command {
  return fileCommand('diff', 'Compare two models.')
    .argument('<before>', 'an .onnx file')
    .argument('<after>', 'an .onnx file')
    .addHelpText(
      'after',
      `
Nodes are matched by name, else by what they write, else by operator and what they read; constants by name and value.
The order of nodes, descriptions, declared types of inner values and how values are stored do not count.
+ is only in the second model, - only in the first, ~ in both and not the same.

Ends as diff(1) does: with 0 when the models are equal, with 1 when they differ, and with 2 when they cannot be compared,
because a file is not there or is no model.`,
    )
    .action(async (before: string, after: string, options: { json?: boolean }) => {
      // What goes wrong from here on is no difference.
      end(2);
      const session = new Session(io, options);
      const [left, right] = [await readStandalone(before), await readStandalone(after)];
      const differences = ofModel(`compare ${before} and ${after}`, () => diffModels(left, right));
      session.answer(differences, () => differencesText(differences));
      end(differences.isEqual ? 0 : 1);
    });
}

async function readStandalone(path: string): Promise<Model> {
  return withSideFiles(await readModelFile(path));
}
