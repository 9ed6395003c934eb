import { mergeWindows, type Reference, type TelemetryWindow } from '@edgeloop/protocol';
import type { DriftCheckRecord, DriftLevel } from '../store/alert-store.ts';
import type { StoredWindow } from '../store/telemetry-store.ts';
import { type HistogramDrift, histogramDrift } from './drift-level.ts';

export interface DriftCheckRequest {
  readonly model: string;
  readonly version: number;
  /** At least one, all of this version. */
  readonly windows: readonly StoredWindow[];
  readonly reference: Reference;
  readonly atMs: number;
}

/**
 * Compares what devices saw with what the version saw when it was made: all devices together, and which of them show
 * it by themselves.
 */
export function checkDrift({ model, version, windows, reference, atMs }: DriftCheckRequest): DriftCheckRecord {
  const perDevice = mergedPerDevice(windows);
  const merged = [...perDevice.values()].reduce((a, b) => mergeWindows(a, b));
  const isOfNumbers = reference.predictedClasses.length === 0;
  const features = featureDrifts(merged, reference);
  const prediction = histogramDrift(reference.predictedClasses, merged.predictedClasses);
  const levels = [...features.map((feature) => feature.level), prediction.level];
  const level = worst(levels);
  const isDevice = (window: TelemetryWindow): boolean =>
    worst([
      ...featureDrifts(window, reference).map((feature) => feature.level),
      histogramDrift(reference.predictedClasses, window.predictedClasses).level,
    ]) === 'drift';
  const alone = [...perDevice].filter(([, window]) => isDevice(window)).map(([deviceId]) => deviceId);
  // Each may be too quiet alone for what all of them together show.
  const named = level === 'drift' && alone.length === 0 ? [...perDevice.keys()] : alone;
  return {
    model,
    version,
    atMs,
    level,
    windows: windows.length,
    readings: merged.readings,
    features,
    predictionPsi: prediction.psi,
    // Numbers are neither right nor wrong, whatever devices count.
    trueAccuracy: merged.labelled === 0 || isOfNumbers ? null : merged.correct / merged.labelled,
    estimatedAccuracy: estimatedAccuracy(merged),
    deviceIds: named.sort(),
  };
}

/** Sum of expected true positives over predictions (confidence-based performance estimation); null without any. */
export function estimatedAccuracy(window: Pick<TelemetryWindow, 'expectations' | 'predictions'>): number | null {
  if (window.predictions === 0 || window.expectations.length === 0) return null;
  return window.expectations.reduce((sum, expected) => sum + expected.truePositive, 0) / window.predictions;
}

function mergedPerDevice(windows: readonly StoredWindow[]): Map<string, TelemetryWindow> {
  const merged = new Map<string, TelemetryWindow>();
  for (const { deviceId, window } of windows) {
    const before = merged.get(deviceId);
    merged.set(deviceId, before === undefined ? window : mergeWindows(before, window));
  }
  return merged;
}

/** Largest first. A missing value is a bin of its own. */
function featureDrifts(window: TelemetryWindow, reference: Reference): (HistogramDrift & { readonly name: string })[] {
  return reference.features
    .map((feature, index) => {
      const seen = window.features[index];
      const current = [...(seen?.bins ?? feature.bins.map(() => 0)), seen?.missing ?? 0];
      return { name: feature.name, ...histogramDrift([...feature.bins, feature.missing], current) };
    })
    .sort((a, b) => b.psi - a.psi);
}

function worst(levels: readonly DriftLevel[]): DriftLevel {
  if (levels.includes('drift')) return 'drift';
  return levels.includes('possible') ? 'possible' : 'none';
}
