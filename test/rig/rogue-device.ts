import { generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto';
import { Socket } from 'node:net';
import mqtt, { type MqttClient } from 'mqtt';
import type { HubProgram } from './hub-program.ts';

interface Enrolment {
  readonly hubId: string;
  readonly mqttUrl: string;
}

/** A device written by hand that can say anything: what a broken or hostile agent would do. */
export class RogueDevice {
  readonly deviceId: string;
  readonly #privateKey: KeyObject;
  readonly #enrolment: Enrolment;

  private constructor(deviceId: string, privateKey: KeyObject, enrolment: Enrolment) {
    this.deviceId = deviceId;
    this.#privateKey = privateKey;
    this.#enrolment = enrolment;
  }

  static async enroll(hub: HubProgram, deviceId: string): Promise<RogueDevice> {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const { token } = await hub.client.post<{ token: string }>('/enroll-tokens', { deviceId });
    const enrolment = await hub.client.post<Enrolment>('/enroll', {
      token,
      deviceId,
      publicKey: publicKey.export({ format: 'jwk' }),
      profile: 'simulated',
      profileReason: 'written by hand',
      agentVersion: '0.0.0',
    });
    return new RogueDevice(deviceId, privateKey, enrolment);
  }

  /** A device id that was never enrolled, with a key of its own. */
  static stranger(hub: HubProgram, hubId: string, deviceId: string): RogueDevice {
    const { privateKey } = generateKeyPairSync('ed25519');
    return new RogueDevice(deviceId, privateKey, { hubId, mqttUrl: hub.address.mqttUrl });
  }

  /** Connects once; rejects with the broker's refusal. */
  async connect(claims: Record<string, unknown> = {}): Promise<MqttClient> {
    const client = mqtt.connect(this.#enrolment.mqttUrl, {
      clientId: this.deviceId,
      username: this.deviceId,
      password: this.#token(claims),
      reconnectPeriod: 0,
      connectTimeout: 5_000,
    });
    return new Promise((resolve, reject) => {
      client.once('connect', () => {
        // As the agent does: a frame must not wait for the acknowledgement of the one before.
        if (client.stream instanceof Socket) client.stream.setNoDelay(true);
        resolve(client);
      });
      client.once('error', reject);
      client.once('close', () => reject(new Error('the broker closed the connection')));
    });
  }

  #token(claims: Record<string, unknown>): string {
    const now = Math.floor(Date.now() / 1000);
    const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const payload = { sub: this.deviceId, aud: this.#enrolment.hubId, iat: now, exp: now + 300, jti: randomUUID() };
    const signed = `${part({ alg: 'EdDSA', typ: 'JWT' })}.${part({ ...payload, ...claims })}`;
    return `${signed}.${sign(null, Buffer.from(signed), this.#privateKey).toString('base64url')}`;
  }
}
