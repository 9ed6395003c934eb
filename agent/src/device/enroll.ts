import { hostname } from 'node:os';
import { isDeviceId } from '@edgeloop/protocol';
import { AgentUsageError, OutsideError } from '../errors.ts';
import { AGENT_VERSION } from '../version.ts';
import { type HubKey, type Identity, loadIdentity, makePrivateKey, publicJwk, saveIdentity } from './identity.ts';

/** What enrolling takes. */
export interface EnrollRequest {
  readonly folder: string;
  readonly hubUrl: string;
  readonly token: string;
  /** Undefined for one made from the host name. */
  readonly deviceId?: string | undefined;
  /** Name of a profile that was chosen by hand. */
  readonly profileOverride?: string | undefined;
  readonly profile: string;
  readonly profileReason: string;
}

interface EnrollAnswer {
  readonly deviceId: string;
  readonly hubId: string;
  readonly mqttUrl: string;
  readonly hubKeys: readonly HubKey[];
}

const TIMEOUT_MS = 30_000;

/**
 * Makes the device's key, here and nowhere else, and has the hub accept it.
 *
 * The key is written before the hub hears of it: if the answer is lost, the same command can be given again with the
 * same key.
 *
 * @throws AgentUsageError ALREADY_ENROLLED, USAGE; OutsideError ENROLL_REFUSED with the hub's own words, HUB_UNREACHABLE
 */
export async function enroll(request: EnrollRequest, send: typeof fetch = fetch): Promise<Identity> {
  const existing = await loadIdentity(request.folder);
  if (existing !== undefined && existing.hubId !== '') {
    throw new AgentUsageError(
      'ALREADY_ENROLLED',
      `${request.folder}: this device is already enrolled as ${existing.deviceId} at ${existing.hubUrl}`,
    );
  }
  const deviceId = request.deviceId ?? existing?.deviceId ?? deviceIdFromHost(hostname());
  if (!isDeviceId(deviceId)) {
    const rule = '1 to 63 of a-z, 0-9, ".", "_", "-", starting with a letter or digit';
    throw new AgentUsageError('USAGE', `device id must be ${rule}, got ${JSON.stringify(deviceId)}`);
  }
  const hubUrl = request.hubUrl.replace(/\/+$/, '');
  const privateKeyPem = existing?.privateKeyPem ?? makePrivateKey();
  const pending = {
    deviceId,
    hubUrl,
    privateKeyPem,
    profile: request.profileOverride,
    hubId: '',
    mqttUrl: '',
    hubKeys: [],
  };
  await saveIdentity(request.folder, pending);
  const answer = await post(hubUrl, body(request, deviceId, privateKeyPem), send);
  const { hubId, mqttUrl, hubKeys } = answer;
  const identity: Identity = { ...pending, deviceId: answer.deviceId, hubId, mqttUrl, hubKeys };
  await saveIdentity(request.folder, identity);
  return identity;
}

/** A device id made of a host name: what does not fit becomes "-". */
export function deviceIdFromHost(host: string): string {
  const name = host
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z0-9]+/, '')
    .slice(0, 63);
  return name === '' ? 'device' : name;
}

function body(request: EnrollRequest, deviceId: string, privateKeyPem: string): object {
  return {
    token: request.token,
    deviceId,
    publicKey: publicJwk(privateKeyPem),
    profile: request.profile,
    profileReason: request.profileReason,
    agentVersion: AGENT_VERSION,
  };
}

async function post(hubUrl: string, content: object, send: typeof fetch): Promise<EnrollAnswer> {
  let response: Response;
  try {
    response = await send(`${hubUrl}/api/v1/enroll`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json, application/problem+json' },
      body: JSON.stringify(content),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch (cause) {
    throw new OutsideError('HUB_UNREACHABLE', `reach the hub at ${hubUrl}`, { cause: innermost(cause) });
  }
  const answer: unknown = await response.json().catch(() => undefined);
  if (!response.ok) throw refusal(response.status, answer);
  if (isEnrollAnswer(answer)) return answer;
  throw new OutsideError('ENROLL_REFUSED', `${hubUrl}: expected the answer of an Edgeloop hub, got something else`);
}

/** RFC 9457: the hub explains itself as a problem document. */
function refusal(status: number, answer: unknown): OutsideError {
  const { title, detail, code } = (answer ?? {}) as { title?: unknown; detail?: unknown; code?: unknown };
  const words = [detail, title].find((text) => typeof text === 'string') ?? `HTTP status ${status}`;
  return new OutsideError('ENROLL_REFUSED', `the hub refused: ${String(words)}${code ? ` (${String(code)})` : ''}`);
}

function isEnrollAnswer(answer: unknown): answer is EnrollAnswer {
  const { deviceId, hubId, mqttUrl, hubKeys } = (answer ?? {}) as Partial<EnrollAnswer>;
  const texts = [hubId, mqttUrl].every((text) => typeof text === 'string' && text !== '');
  const keys = Array.isArray(hubKeys) && hubKeys.length > 0;
  return isDeviceId(deviceId) && texts && keys && hubKeys.every((key) => typeof key?.publicKeyPem === 'string');
}

/** fetch wraps what really happened. */
function innermost(cause: unknown): unknown {
  return cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
}
