import { enroll } from '../device/enroll.ts';
import { chooseProfile } from '../device/profile.ts';
import { AgentUsageError } from '../errors.ts';

/** Options of `edgeloop-agent enroll`. */
export interface EnrollOptions {
  readonly hub: string;
  readonly token: string;
  readonly deviceId?: string;
  readonly data: string;
  readonly profile?: string;
  readonly json?: boolean;
}

/** Enrolls this device and says so. @throws AgentUsageError USAGE; AgentError as `enroll` and `chooseProfile` */
export async function enrollCommand(options: EnrollOptions, print: (text: string) => void): Promise<void> {
  if (!isWebAddress(options.hub)) {
    const got = JSON.stringify(options.hub);
    throw new AgentUsageError('USAGE', `--hub must be an address such as http://hub.local:8080, got ${got}`);
  }
  const { profile, reason } = chooseProfile(undefined, options.profile);
  const identity = await enroll({
    folder: options.data,
    hubUrl: options.hub,
    token: options.token,
    deviceId: options.deviceId,
    profileOverride: options.profile,
    profile: profile.name,
    profileReason: reason,
  });
  const { deviceId, hubId, mqttUrl, hubUrl } = identity;
  const summary = {
    deviceId,
    hubId,
    hubUrl,
    mqttUrl,
    profile: profile.name,
    profileReason: reason,
    data: options.data,
  };
  if (options.json === true) print(`${JSON.stringify(summary)}\n`);
  else print(`Enrolled as ${deviceId} at ${hubUrl} with profile ${profile.name} (${reason}).\n`);
}

function isWebAddress(text: string): boolean {
  return URL.canParse(text) && ['http:', 'https:'].includes(new URL(text).protocol);
}
