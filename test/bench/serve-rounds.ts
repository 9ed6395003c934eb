import { createInterface } from 'node:readline';

/** What a side's process answers for so many steps. */
export interface RoundFigures {
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
  /** Time within the engine, where the side can tell. */
  readonly insideSeconds?: number;
}

/** Answers each number of steps on standard input with a line of figures. */
export async function serveRounds(
  work: (steps: number) => Promise<Omit<RoundFigures, 'wallSeconds' | 'cpuSeconds'>>,
): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    const before = process.cpuUsage();
    const startedMs = performance.now();
    const own = await work(Number(line));
    const { user, system } = process.cpuUsage(before);
    const wallSeconds = (performance.now() - startedMs) / 1000;
    process.stdout.write(`${JSON.stringify({ wallSeconds, cpuSeconds: (user + system) / 1e6, ...own })}\n`);
  }
}
