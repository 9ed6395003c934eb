import type { Figure, FirmwareProfile } from './firmware-profile.ts';

const GROUPS = ['cpu', 'memory', 'storage', 'runtime', 'model', 'telemetry', 'power'] as const;

/** The page about all profiles, in Markdown: one table per profile, each figure with its source. */
export function renderProfilesPage(profiles: Iterable<FirmwareProfile>): string {
  const all = [...profiles].sort((a, b) => a.name.localeCompare(b.name, 'en'));
  return [
    '<!-- GENERATED from firmware-profiles/profiles, DO NOT EDIT -->',
    '# Firmware profiles',
    '',
    'A profile says what a kind of device can run. The hub checks a model against it before it offers it, the device',
    'checks again before it downloads. A device detects its own profile and may be told otherwise',
    '(`edgeloop-agent enroll --profile NAME`). "Choice" marks a limit we set; everything else names its source.',
    '',
    ...all.map((profile) => `- [${profile.name}](#${profile.name}): ${profile.title}`),
    ...all.flatMap(section),
    '',
  ].join('\n');
}

function section(profile: FirmwareProfile): string[] {
  const rows = GROUPS.flatMap((group) =>
    Object.entries(profile[group] as Record<string, Figure<unknown>>).map(([name, figure]) =>
      row(`${group}.${name}`, shown(figure.value), figure.source),
    ),
  );
  const accelerators = profile.accelerators.map((entry) =>
    row('accelerator', `${entry.name} (provider ${entry.provider})`, entry.source),
  );
  return [
    '',
    `## ${profile.name}`,
    '',
    `${profile.title}. ${profile.description}`,
    '',
    '| figure | value | source |',
    '|---|---|---|',
    ...rows,
    ...accelerators,
  ];
}

function row(...cells: string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return value.join(', ') || 'none';
  return typeof value === 'number' ? value.toLocaleString('en').replaceAll(',', ' ') : String(value);
}
