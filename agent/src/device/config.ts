import { readFile } from 'node:fs/promises';
import { isSlotName } from '@edgeloop/protocol';
import { AgentUsageError } from '../errors.ts';
import type { SlotConfig } from '../update/slot-config.ts';

/** What the owner of a device decides about it. */
export interface AgentConfig {
  /** Name of a firmware profile; undefined to detect it. */
  readonly profile?: string | undefined;
  /** Where the sensors are and where predictions go, by slot. */
  readonly slots: Readonly<Record<string, SlotConfig>>;
  readonly telemetry?:
    | { readonly windowMs?: number | undefined; readonly outboxBytes?: number | undefined }
    | undefined;
  readonly trial?: { readonly seconds?: number | undefined; readonly failures?: number | undefined } | undefined;
}

/** The configuration of a device that nobody configured: no source, so a model is loaded and waits. */
export const EMPTY_CONFIG: AgentConfig = { slots: {} };

/** Reads and checks a configuration file. @throws AgentUsageError CONFIG_INVALID with the path of each fault */
export async function readConfig(path: string): Promise<AgentConfig> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new AgentUsageError('CONFIG_INVALID', `read ${path}`, { cause });
  });
  return parseConfig(text, path);
}

/** Checks the text of a configuration file. @throws AgentUsageError CONFIG_INVALID */
export async function parseConfig(text: string, path: string): Promise<AgentConfig> {
  const { parse } = await import('yaml');
  let value: unknown;
  try {
    value = parse(text) ?? {};
  } catch (cause) {
    throw new AgentUsageError('CONFIG_INVALID', `${path}: expected YAML`, { cause });
  }
  const { configSchema } = await import('./config-schema.ts');
  const result = configSchema.safeParse(value);
  if (!result.success) {
    const faults = result.error.issues.map(({ path: place, message }) => `${place.join('.') || 'file'}: ${message}`);
    throw new AgentUsageError('CONFIG_INVALID', `${path}: ${faults.join('; ')}`);
  }
  const odd = Object.keys(result.data.slots).find((slot) => !isSlotName(slot));
  if (odd === undefined) return result.data;
  throw new AgentUsageError('CONFIG_INVALID', `${path}: slots: ${JSON.stringify(odd)} is no name of a slot`);
}
