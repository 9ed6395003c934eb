/** What one stored frame said about one model of one device, for those who watch. */
export interface TelemetryNotice {
  readonly deviceId: string;
  readonly model: string;
  readonly version: number;
  readonly readings: number;
  /** From labels known on the device; null without any. */
  readonly trueAccuracy: number | null;
  /** From calibrated confidences; null without any. */
  readonly estimatedAccuracy: number | null;
  readonly atMs: number;
}

/** Passes notices about stored telemetry on to whoever watches at the moment. */
export class LiveTelemetry {
  readonly #listeners = new Set<(notice: TelemetryNotice) => void>();

  publish(notice: TelemetryNotice): void {
    for (const listener of this.#listeners) listener(notice);
  }

  /** The returned function ends it. */
  subscribe(listener: (notice: TelemetryNotice) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
