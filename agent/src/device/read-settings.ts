import { AgentError, describeError } from '../errors.ts';
import { EMPTY_CONFIG, readConfig } from './config.ts';
import type { DeviceSettings, DeviceSettingsAnswer, DeviceSettingsRequest } from './device-settings.ts';
import { chooseProfile } from './profile.ts';

async function read({ configPath, enrolledProfile }: DeviceSettingsRequest): Promise<DeviceSettings> {
  const config = configPath === undefined ? EMPTY_CONFIG : await readConfig(configPath);
  return { config, chosen: chooseProfile(config.profile, enrolledProfile) };
}

async function answer(request: DeviceSettingsRequest): Promise<DeviceSettingsAnswer> {
  try {
    return { settings: await read(request) };
  } catch (error) {
    return {
      error: { code: error instanceof AgentError ? error.code : 'INTERNAL', message: describeError(error).message },
    };
  }
}

const request = JSON.parse(process.argv[2] ?? '{}') as DeviceSettingsRequest;
const result = await answer(request);
process.send?.(result, undefined, undefined, () => process.disconnect());
