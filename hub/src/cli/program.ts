import { Command, CommanderError } from 'commander';
import { HubError, messageOf } from '../errors.ts';
import { HUB_VERSION } from '../version.ts';
import type { CliIo, ExitCode } from './cli-io.ts';
import { datasetCommands } from './commands/datasets.ts';
import { deviceCommands } from './commands/devices.ts';
import { modelCommands } from './commands/models.ts';
import { onnxCommands } from './commands/onnx.ts';
import { processCommands } from './commands/processes.ts';
import { quantizeCommands } from './commands/quantize.ts';
import { recordCommands } from './commands/records.ts';
import { retrainingCommands } from './commands/retraining.ts';
import { rolloutCommands } from './commands/rollouts.ts';
import { tokenCommands } from './commands/tokens.ts';
import { trainingCommands } from './commands/training.ts';
import { uploadCommands } from './commands/uploads.ts';
import { watchingCommands } from './commands/watching.ts';

const MAKERS = [
  processCommands,
  tokenCommands,
  deviceCommands,
  datasetCommands,
  trainingCommands,
  modelCommands,
  uploadCommands,
  quantizeCommands,
  rolloutCommands,
  watchingCommands,
  retrainingCommands,
  recordCommands,
];

/** Runs one command line and returns how it ended. Never rejects. */
export async function runCommandLine(argv: readonly string[], io: CliIo): Promise<ExitCode> {
  const program = new Command('edgeloop')
    .description('Trains, signs and rolls out models to devices, and hears how they do there.')
    .version(HUB_VERSION)
    .showHelpAfterError('(add --help for what there is)')
    .addHelpText(
      'after',
      `
A hub on this machine is found by its data folder; others by --url and --token.

Examples:
  $ edgeloop hub
  $ edgeloop datasets import shuttle.csv.gz --name shuttle --label Class
  $ edgeloop train shuttle --dataset shuttle --wait
  $ edgeloop rollouts start shuttle@1 --wait`,
    );
  for (const make of MAKERS) for (const made of make(io)) program.addCommand(made);
  let end: ExitCode = 0;
  const endWith = (code: ExitCode): void => {
    end = code;
  };
  for (const made of onnxCommands(io, endWith)) program.addCommand(made);
  withIo(program, io);
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return end;
  } catch (error) {
    const told = endOf(error, io);
    return end === 0 ? told : end;
  }
}

/** Commander's settings do not reach commands that are added whole. */
function withIo(command: Command, io: CliIo): void {
  command.exitOverride().configureOutput({ writeOut: (text) => io.out(text), writeErr: (text) => io.err(text) });
  for (const child of command.commands) withIo(child, io);
}

function endOf(error: unknown, io: CliIo): ExitCode {
  // Commander has said what is wrong already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  const code = error instanceof HubError ? ` [${error.code}]` : '';
  io.err(`edgeloop: ${messageOf(error)}${code}\n`);
  return 1;
}
