import type { FieldValue } from '../reading.ts';
import type { SensorFaultConfig } from './source-config.ts';

/** Applies the faults of a test rig to the channels of a replayed sensor. */
export class SensorFaults {
  readonly #faults: readonly SensorFaultConfig[];
  readonly #fileExists: (path: string) => boolean;

  constructor(faults: readonly SensorFaultConfig[], fileExists: (path: string) => boolean) {
    this.#faults = faults;
    this.#fileExists = fileExists;
  }

  /** The fields with every fault that is in force. @param delivered readings delivered before this one */
  apply(fields: Record<string, FieldValue>, row: number, delivered: number): Record<string, FieldValue> {
    for (const fault of this.#faults) {
      if (!this.#isInForce(fault, row, delivered) || !Object.hasOwn(fields, fault.feature)) continue;
      fields[fault.feature] = changed(fields[fault.feature], fault);
    }
    return fields;
  }

  #isInForce(fault: SensorFaultConfig, row: number, delivered: number): boolean {
    if (fault.fromRow !== undefined && row < fault.fromRow) return false;
    if (fault.afterRows !== undefined && delivered < fault.afterRows) return false;
    return fault.whenFileExists === undefined || this.#fileExists(fault.whenFileExists);
  }
}

function changed(value: FieldValue, fault: SensorFaultConfig): FieldValue {
  if (fault.missing === true) return undefined;
  if (fault.stuckAt !== undefined) return fault.stuckAt;
  const isEmpty = value === undefined || value === null || (typeof value === 'string' && value.trim() === '');
  const number = isEmpty ? Number.NaN : Number(value);
  return Number.isFinite(number) ? number * (fault.multiply ?? 1) + (fault.add ?? 0) : value;
}
