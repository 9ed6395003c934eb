import { availableParallelism, cpus } from 'node:os';
import { parseArgs } from 'node:util';
import type { BenchCase, BenchResult } from './bench-case.ts';
import { DEFAULT_ROUNDS, runCase } from './run-case.ts';

/** Each name loads its cases only when it is asked for. */
const BENCHES: Readonly<Record<string, () => Promise<BenchCase[]>>> = {
  training: async () => (await import('./training/training-cases.ts')).trainingCases(),
  export: async () => (await import('./export/export-cases.ts')).exportCases(),
  ingest: async () => (await import('./ingest/ingest-cases.ts')).ingestCases(),
  quantize: async () => (await import('./quantize/quantize-cases.ts')).quantizeCases(),
};

const HELP = `Usage: npm run bench -- NAME [--case CASE] [--peer PEER] [--json] [--rounds N]

Names: ${Object.keys(BENCHES).join(', ')}
A ratio above 1 means that we are better. Medians of N rounds (default ${DEFAULT_ROUNDS}), both sides in turn.`;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    args: process.argv.slice(2),
    allowPositionals: true,
    options: {
      json: { type: 'boolean' },
      case: { type: 'string' },
      peer: { type: 'string' },
      rounds: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  const name = positionals[0];
  const load = name === undefined ? undefined : BENCHES[name];
  if (values.help) {
    process.stdout.write(`${HELP}\n`);
    return 0;
  }
  const rounds = Number(values.rounds ?? DEFAULT_ROUNDS);
  if (!load || !Number.isInteger(rounds) || rounds < 1) {
    process.stderr.write(
      `expected a bench name and a whole number of rounds, got ${process.argv.slice(2).join(' ')}\n`,
    );
    process.stderr.write(`${HELP}\n`);
    return 2;
  }
  if (!values.json)
    process.stdout.write(`${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} cores\n`);
  for (const benchCase of await load()) {
    if (values.case !== undefined && values.case !== benchCase.name) continue;
    if (values.peer !== undefined && values.peer !== benchCase.peer) continue;
    if (benchCase.skipped !== undefined) {
      const { bench, name: skippedCase, peer, skipped } = benchCase;
      const text = `${bench} ${skippedCase}  ${peer} skipped: ${skipped}`;
      process.stdout.write(`${values.json ? JSON.stringify({ bench, case: skippedCase, peer, skipped }) : text}\n`);
      continue;
    }
    const result = await runCase(benchCase, rounds);
    process.stdout.write(`${values.json ? JSON.stringify(result) : row(result)}\n`);
  }
  return 0;
}

function row(result: BenchResult): string {
  const number = (value: number): string => value.toLocaleString('en', { maximumSignificantDigits: 4 });
  const goal = result.goalRatio === null ? '' : `  (goal ${number(result.goalRatio)} x)`;
  return [
    `${result.bench} ${result.case}`.padEnd(16),
    `ours ${number(result.ours)} ${result.unit} (${number(result.oursCpuSeconds)} s CPU)`,
    `${result.peer} ${number(result.theirs)} ${result.unit} (${number(result.theirsCpuSeconds)} s CPU)`,
    `ratio ${result.ratio.toFixed(2)} x${goal}`,
    ...result.notes,
  ].join('  ');
}

process.exitCode = await main();
