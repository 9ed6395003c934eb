/** Brings a device in: the first on the hub's side, the others on the device. */
export const ENROLL_COMMANDS = `edgeloop enroll-token --device NAME
edgeloop-agent enroll --hub ${location.origin} --token TOKEN --device-id NAME --data DIR
edgeloop-agent run --data DIR --config FILE`;
