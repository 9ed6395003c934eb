import { checkWindow, TelemetryFrame, type TelemetryWindow } from '@edgeloop/protocol';
import type { Store } from '../store/store.ts';
import type { Channel, Fault, Frame, Received } from './channel.ts';
import type { ReleaseCatalog } from './release-catalog.ts';

/** Windows: summaries of what the models on devices saw and said. */
export class TelemetryChannel implements Channel<TelemetryWindow> {
  readonly name = 'telemetry';
  readonly #releases: ReleaseCatalog;
  readonly #onKept: (windows: readonly Received<TelemetryWindow>[]) => void;

  constructor(releases: ReleaseCatalog, onKept: (windows: readonly Received<TelemetryWindow>[]) => void) {
    this.#releases = releases;
    this.#onKept = onKept;
  }

  decode(bytes: Uint8Array): Frame<TelemetryWindow> {
    const { bootId, windows } = TelemetryFrame.decode(bytes);
    return { bootId, items: windows };
  }

  async judge(window: TelemetryWindow): Promise<Fault | undefined> {
    const release = await this.#releases.find(window.model, window.version, window.releaseDigest);
    if (!release) {
      const message = `no release of ${JSON.stringify(window.model.slice(0, 64))}@${window.version} with this digest`;
      return { code: 'UNKNOWN_RELEASE', message };
    }
    const [fault, ...more] = checkWindow(window, release.reference);
    if (!fault) return undefined;
    const others = more.length === 0 ? '' : ` and ${more.length} more`;
    return { code: 'WINDOW_INVALID', message: `${fault.field}: ${fault.message}${others}` };
  }

  async keep(tx: Store, windows: readonly Received<TelemetryWindow>[]): Promise<void> {
    await tx.telemetry.addWindows(windows.map(({ item, ...source }) => ({ ...source, window: item })));
  }

  kept(windows: readonly Received<TelemetryWindow>[]): void {
    if (windows.length > 0) this.#onKept(windows);
  }
}
