import { Command, CommanderError } from 'commander';
import { EXIT, explain } from './cli/exit.ts';
import { AGENT_VERSION } from './version.ts';

// Not the hub's default: both may be started in one folder.
const DEFAULT_DATA = './edgeloop-agent-data';

const print = (text: string): void => void process.stdout.write(text);

function makeProgram(): Command {
  const program = new Command('edgeloop-agent')
    .description('Runs signed models on this device and reports how they do.')
    .version(AGENT_VERSION)
    .exitOverride()
    .configureHelp({ sortSubcommands: true });
  program
    .command('enroll')
    .description('make this device known to a hub, with a one-time token')
    .requiredOption('--hub <url>', 'address of the hub, such as http://hub.local:8080')
    .requiredOption('--token <token>', 'one-time token, made with "edgeloop enroll-token"')
    .option('--device-id <id>', 'name of this device (default: its host name)')
    .option('--data <folder>', 'folder for everything the agent keeps', DEFAULT_DATA)
    .option('--profile <name>', 'firmware profile (default: detected)')
    .option('--json', 'print one JSON object')
    .action(async (options) => (await import('./cli/enroll-command.ts')).enrollCommand(options, print));
  program
    .command('run')
    .description('run until SIGTERM or SIGINT; predictions of stdout sinks on standard output, log on standard error')
    .option('--data <folder>', 'folder for everything the agent keeps', DEFAULT_DATA)
    .option('--config <file>', 'YAML file with sources and sinks by slot')
    .option('--json', 'print errors as JSON; the log is JSON in any case')
    .action(async (options) => (await import('./cli/run-command.ts')).runCommand(options));
  program
    .command('status')
    .description('show what runs, what is wanted and what is wrong')
    .option('--data <folder>', 'folder for everything the agent keeps', DEFAULT_DATA)
    .option('--json', 'print one JSON object')
    .action(async (options) => (await import('./cli/status-command.ts')).statusCommand(options, print));
  return program;
}

async function main(argv: readonly string[]): Promise<number> {
  try {
    await makeProgram().parseAsync([...argv]);
    return EXIT.ok;
  } catch (error) {
    // Commander has printed help or what is wrong with the command line.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    return explain(error, argv.includes('--json'), (text) => process.stderr.write(text));
  }
}

// Nothing is left to do: whatever still holds the process open must not.
process.exit(await main(process.argv));
