import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ManualClock, memoryStore, temporaryFolder } from '../testing/hub-rig.ts';
import { openIdentity } from './hub-identity.ts';

describe('openIdentity', () => {
  it('makes a key once, readable by its owner only, and tells the operator', async () => {
    const store = await memoryStore();
    const path = join(temporaryFolder(), 'keys/release.pem');
    const first = await openIdentity(store, path, new ManualClock());
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const second = await openIdentity(store, path, new ManualClock());
    expect(second.hubId).toBe(first.hubId);
    expect(second.keys).toEqual(first.keys);
    const events = await store.events.list({ kind: 'hub.key-created' });
    expect(events).toHaveLength(1);
    expect(JSON.stringify(events)).not.toContain('PRIVATE');
  });

  it('does not replace a key that is gone: devices trust only the old one', async () => {
    const store = await memoryStore();
    const path = join(temporaryFolder(), 'keys/release.pem');
    await openIdentity(store, path, new ManualClock());
    rmSync(path);
    await expect(openIdentity(store, path, new ManualClock())).rejects.toMatchObject({ code: 'STORAGE_FAILED' });
  });

  it('does not take another key for its own', async () => {
    const store = await memoryStore();
    const folder = temporaryFolder();
    await openIdentity(store, join(folder, 'a/release.pem'), new ManualClock());
    await openIdentity(await memoryStore(), join(folder, 'b/release.pem'), new ManualClock());
    await expect(openIdentity(store, join(folder, 'b/release.pem'), new ManualClock())).rejects.toMatchObject({
      code: 'SIGNATURE_INVALID',
    });
  });
});
