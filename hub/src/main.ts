import { processIo } from './cli/cli-io.ts';
import { runCommandLine } from './cli/program.ts';

/** Commands that have more to do than to be read. */
const SERVICES: ReadonlySet<string | undefined> = new Set(['hub', 'worker']);

// Whoever reads what a command says may have seen enough, as `head` does.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  if (!SERVICES.has(process.argv[2])) process.exit();
});

process.exitCode = await runCommandLine(process.argv.slice(2), processIo);
