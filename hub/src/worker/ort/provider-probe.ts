import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { messageOf } from '../../errors.ts';
import type { Provider } from './provider.ts';

/** What is known of a provider on this machine. */
export type ProviderFinding =
  | { readonly ownMs: number; readonly cpuMs: number }
  | { /** Why it cannot be used. */ readonly missing: string };

/** Tries a provider. Never rejects. */
export type ProviderProbe = (provider: Provider) => Promise<ProviderFinding>;

const FindingSchema = z.union([z.object({ ownMs: z.number(), cpuMs: z.number() }), z.object({ missing: z.string() })]);

const LONGEST_PROBE_MS = 60_000;

/** Runs the same matrix products on the provider and on the processor, in a process of its own. */
export const probeProvider: ProviderProbe = async (provider) => {
  const missing = missingDevice(provider);
  if (missing !== undefined) return { missing };
  return new Promise((resolve) => {
    const options = { timeout: LONGEST_PROBE_MS, killSignal: 'SIGKILL' } as const;
    execFile(process.execPath, [...process.execArgv, probeModule(), provider], options, (error, stdout) => {
      try {
        resolve(FindingSchema.parse(JSON.parse(stdout)));
      } catch {
        // Cut or no answer: the process itself says more.
        resolve({ missing: error?.killed ? `no answer within ${LONGEST_PROBE_MS / 1000} s` : messageOf(error) });
      }
    });
  });
};

/** What can be told without loading a driver; this is what most machines lack. */
function missingDevice(provider: Provider): string | undefined {
  if (process.platform !== 'linux') return undefined;
  if (provider === 'cuda' && !existsSync('/proc/driver/nvidia') && !existsSync('/dev/nvidiactl')) {
    return 'no NVIDIA driver';
  }
  const { env } = process;
  // Names of drivers that need no device, such as one in software.
  const named = env['VK_ICD_FILENAMES'] ?? env['VK_DRIVER_FILES'];
  if (provider === 'webgpu' && named === undefined && !existsSync('/dev/dri')) return 'no graphics device';
  return undefined;
}

/** Beside this file, compiled or not as it is. */
function probeModule(): string {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  return fileURLToPath(new URL(`probe-main.${extension}`, import.meta.url));
}
