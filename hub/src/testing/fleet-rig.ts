import { addVersion, DeviceKey, hubRig, START_MS } from './hub-rig.ts';
import { RecordingBroker } from './recording-broker.ts';

/** What a device is to send of its readings: nothing. */
export const SAMPLES = { kind: 'none', share: 0, perHour: 0, omitFields: [] };

/** A hub with one device and one version, and what it publishes and refuses. */
export async function openFleet() {
  const rig = await hubRig();
  const broker = new RecordingBroker();
  const version = await addVersion(rig);
  const refused: { deviceId: string; code: string; message: string }[] = [];
  const refuse = async (refusal: { deviceId: string; code: string; message: string }) => void refused.push(refusal);
  await new DeviceKey('dev-1').addTo(rig.store);
  const assign = (deviceId: string, slot = 'default') =>
    rig.store.transaction((tx) =>
      tx.devices.setDesiredSlot({
        deviceId,
        slot,
        model: version.model,
        version: version.version,
        releaseDigest: version.releaseDigest,
        samples: SAMPLES,
        rolloutId: null,
        setMs: START_MS,
      }),
    );
  return { ...rig, broker, version, refused, refuse, assign };
}
