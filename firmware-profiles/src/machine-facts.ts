import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import type { MachineFacts } from './detect-profile.ts';

/** Where the facts are read from. */
export interface MachineProbe {
  /** Text of a file, undefined where it cannot be read. */
  readText(path: string): string | undefined;
  readonly architecture: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly cpuModel: string;
}

const localMachine: MachineProbe = {
  readText(path) {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      // Not every system has /proc; the facts are then the less.
      return undefined;
    }
  },
  architecture: process.arch,
  get cores() {
    return availableParallelism();
  },
  get memoryBytes() {
    return totalmem();
  },
  get cpuModel() {
    return cpus()[0]?.model ?? '';
  },
};

/** What this machine says of itself; only what it says, no benchmark is run. */
export function readMachineFacts(probe: MachineProbe = localMachine): MachineFacts {
  const cpuInfo = probe.readText('/proc/cpuinfo') ?? '';
  const flags = /^(?:flags|Features)\s*:\s*(.*)$/m.exec(cpuInfo)?.[1] ?? '';
  return {
    architecture: probe.architecture,
    cpuModel: probe.cpuModel.trim(),
    cpuFlags: flags.split(/\s+/).filter((flag) => flag !== ''),
    // The device tree ends its strings with a zero byte.
    deviceTreeModel: (probe.readText('/proc/device-tree/model') ?? '').replaceAll('\0', '').trim(),
    cores: probe.cores,
    memoryBytes: probe.memoryBytes,
  };
}
