import { RequestError } from '../../errors.ts';
import type { InputKind, ModelInputSpec } from '../../store/model-rows.ts';
import {
  type CategorySettings,
  type ColumnSettings,
  type ImageSettings,
  type NumberSettings,
  type Preprocessing,
  SETTINGS_OF_KIND,
  type TextSettings,
  type TimeSettings,
} from '../../store/recipe/preprocessing.ts';

interface SettingsOf {
  numbers: NumberSettings;
  categories: CategorySettings;
  times: TimeSettings;
  text: TextSettings;
  image: ImageSettings;
}

/** Settings of one column: those of its kind, and its own in their place. */
export function settingsOf<Kind extends keyof SettingsOf>(
  { columns, ...kinds }: Preprocessing,
  kind: Kind,
  column: string,
): SettingsOf[Kind] {
  const own = Object.entries(Object.hasOwn(columns, column) ? (columns[column] ?? {}) : {});
  const given = own.filter(([name, value]) => value !== undefined && SETTINGS_OF_KIND[kind].includes(name));
  // One type of settings belongs to each kind, which the compiler cannot see of a key that it does not know.
  return { ...kinds[kind], ...Object.fromEntries(given) } as unknown as SettingsOf[Kind];
}

/** @throws RequestError INVALID_INPUT for settings of a column that is not there or does not take them */
export function checkColumnSettings({ columns }: Preprocessing, inputs: readonly ModelInputSpec[]): void {
  const kinds = new Map(inputs.flatMap(({ kind, columns: names }) => names.map((name) => [name, kind] as const)));
  for (const [column, settings] of Object.entries(columns)) {
    const kind = kinds.get(column);
    if (kind === undefined) {
      throw refused(column, `must be one that the model reads: ${[...kinds.keys()].join(', ')}`, 'another');
    }
    checkSettings(column, kind, settings);
  }
}

function checkSettings(column: string, kind: InputKind, settings: ColumnSettings): void {
  if (settings.kind !== undefined && settings.kind !== kind && kind !== 'window') {
    throw refused(column, `must be read as ${settings.kind}`, kind);
  }
  for (const [name, value] of Object.entries(settings)) {
    if (name === 'kind' || value === undefined || SETTINGS_OF_KIND[kind].includes(name)) continue;
    throw refused(column, `is read as ${kind} and takes ${SETTINGS_OF_KIND[kind].join(', ')}`, name);
  }
}

function refused(column: string, expected: string, got: string): RequestError {
  const message = `preprocessing: column ${JSON.stringify(column)} ${expected}, got ${got}`;
  return new RequestError('INVALID_INPUT', message, { details: { column } });
}
