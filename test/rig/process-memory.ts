import { readdirSync, readFileSync } from 'node:fs';

export interface ProcessUsage {
  readonly pid: number;
  readonly command: string;
  readonly rssBytes: number;
  readonly cpuSeconds: number;
}

const CLOCK_TICKS_PER_SECOND = 100;

/** Memory and processor time of a process and all its descendants, from Linux's /proc. Empty elsewhere. */
export function processTree(rootPid: number): ProcessUsage[] {
  const parents = new Map<number, number>();
  for (const entry of safely(() => readdirSync('/proc')) ?? []) {
    const stat = /^\d+$/.test(entry) && safely(() => readFileSync(`/proc/${entry}/stat`, 'utf8'));
    if (stat) parents.set(Number(entry), Number(afterName(stat)[1]));
  }
  const isDescendant = (pid: number): boolean =>
    pid === rootPid || (parents.has(pid) && isDescendant(parents.get(pid) ?? 0));
  return [...parents.keys()].filter(isDescendant).flatMap((pid) => safely(() => [usageOf(pid)]) ?? []);
}

function usageOf(pid: number): ProcessUsage {
  const fields = afterName(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  const rssKb = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '0';
  return {
    pid,
    command: readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim(),
    rssBytes: Number(rssKb) * 1024,
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / CLOCK_TICKS_PER_SECOND,
  };
}

/** The fields behind the command name, which may hold spaces: state, parent, ... (man 5 proc). */
function afterName(stat: string): string[] {
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

/** A process may end while it is looked at. */
function safely<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
