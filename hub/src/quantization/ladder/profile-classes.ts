import type { FirmwareProfile, Provider, VariantFormat } from '@edgeloop/firmware-profiles';

/** Profiles that want the same forms of a model. */
export interface WantedForms {
  /** 'full-range', 'reduced-range'; with what else tells it apart where there are several of these. */
  readonly name: string;
  /** Names; empty: every device. */
  readonly profiles: readonly string[];
  readonly formats: ReadonlySet<VariantFormat>;
  /** 7-bit weights, for processors that saturate. */
  readonly reduceRange: boolean;
  readonly provider: Provider;
}

/** What any device of a fleet whose profiles are not known can run. */
const ANY_DEVICE: WantedForms = {
  name: 'full-range',
  profiles: [],
  formats: new Set(['int8-static', 'int8-dynamic', 'int8-weights', 'int4-weights', 'float32']),
  reduceRange: false,
  provider: 'cpu',
};

/** Profiles by what they need of a form: the range of weights, number formats, and what computes it. */
export function profileClasses(profiles: readonly FirmwareProfile[]): readonly WantedForms[] {
  const classes = new Map<string, WantedForms>();
  for (const profile of [...profiles].sort((a, b) => a.name.localeCompare(b.name))) {
    const [reduceRange, provider] = [profile.model.reduceRange.value, profile.runtime.provider.value];
    const formats = [...profile.model.variants.value].sort();
    const key = JSON.stringify([reduceRange, provider, formats]);
    const known = classes.get(key);
    const names = new Set([...(known?.profiles ?? []), profile.name]);
    const name = reduceRange ? 'reduced-range' : 'full-range';
    classes.set(key, { name, profiles: [...names], formats: new Set(formats), reduceRange, provider });
  }
  // Forms that saturate nowhere are found first, for they are what most is known of.
  const order = [...classes.values()].sort((a, b) => Number(a.reduceRange) - Number(b.reduceRange));
  return order.length === 0 ? [ANY_DEVICE] : order.map((entry) => ({ ...entry, name: nameAmong(entry, order) }));
}

/** Tells classes of the same range apart by provider, and by the formats that not all of them take. */
function nameAmong(entry: WantedForms, all: readonly WantedForms[]): string {
  const alike = all.filter(({ name }) => name === entry.name);
  const rare = [...entry.formats].filter((format) => !alike.every(({ formats }) => formats.has(format)));
  const provider = alike.some((other) => other.provider !== entry.provider) ? ` on ${entry.provider}` : '';
  return `${entry.name}${provider}${rare.length === 0 ? '' : ` with ${rare.join(', ')}`}`;
}
