import { Command } from '@edgeloop/protocol';
import { describe, expect, it } from 'vitest';
import { openFleet } from '../testing/fleet-rig.ts';
import { START_MS } from '../testing/hub-rig.ts';
import { DeviceCommands } from './device-commands.ts';

describe('DeviceCommands', () => {
  it('sends commands to devices that are online only', async () => {
    const { store, broker, clock } = await openFleet();
    const commands = new DeviceCommands(store, broker, clock);
    await expect(commands.send('dev-1', { kind: 'self-test' })).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(commands.send('dev-9', { kind: 'self-test' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await store.devices.setOnline('dev-1', true, START_MS);
    const id = await commands.send('dev-1', { kind: 'self-test', slot: 'default' });
    expect(Command.decode(broker.published[0]?.payload ?? new Uint8Array())).toMatchObject({
      id,
      kind: 'self-test',
      slot: 'default',
    });
  });
});
