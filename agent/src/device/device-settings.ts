import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { AgentError, type AgentErrorCode, AgentUsageError, OutsideError } from '../errors.ts';
import type { AgentConfig } from './config.ts';
import type { ChosenProfile } from './profile.ts';

/** What is decided before an agent starts. */
export interface DeviceSettings {
  readonly config: AgentConfig;
  readonly chosen: ChosenProfile;
}

/** What to read. */
export interface DeviceSettingsRequest {
  /** Undefined for a device that nobody configured. */
  readonly configPath?: string | undefined;
  /** Profile given when the device was enrolled. */
  readonly enrolledProfile?: string | undefined;
}

/** What the reading process answers. */
export type DeviceSettingsAnswer =
  | { readonly settings: DeviceSettings; readonly error?: undefined }
  | { readonly settings?: undefined; readonly error: { readonly code: AgentErrorCode; readonly message: string } };

const PROGRAM = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? './read-settings.ts' : './read-settings.js', import.meta.url),
);

/**
 * Reads the configuration and chooses the profile in a process that ends at once: the parsers and schemas it takes
 * would hold ten megabytes of the supervisor's memory for good.
 *
 * @throws AgentUsageError CONFIG_INVALID; OutsideError INTERNAL when the process ends without an answer
 */
export async function readDeviceSettings(request: DeviceSettingsRequest): Promise<DeviceSettings> {
  const child = fork(PROGRAM, [JSON.stringify(request)], { serialization: 'advanced' });
  const answer = await new Promise<DeviceSettingsAnswer>((resolve, reject) => {
    child.once('message', (message) => resolve(message as DeviceSettingsAnswer));
    child.once('error', (cause) => reject(new OutsideError('INTERNAL', 'read the configuration', { cause })));
    child.once('exit', (code, signal) => {
      reject(
        new OutsideError('INTERNAL', `read the configuration: the process ended with ${signal ?? `code ${code}`}`),
      );
    });
  });
  if (answer.error === undefined) return answer.settings;
  const { code, message } = answer.error;
  throw code === 'CONFIG_INVALID' ? new AgentUsageError(code, message) : new AgentError(code, message);
}
