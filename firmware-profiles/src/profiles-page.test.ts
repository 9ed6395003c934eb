import { expect, it } from 'vitest';
import { loadProfiles, profileNamed } from './profile-library.ts';
import { renderProfilesPage } from './profiles-page.ts';

it('shows every figure of every profile with its source', () => {
  const page = renderProfilesPage(loadProfiles().values());
  for (const profile of loadProfiles().values()) {
    expect(page).toContain(`## ${profile.name}\n`);
    for (const figure of [...Object.values(profile.cpu), ...Object.values(profile.power)])
      expect(page).toContain(figure.source);
  }
  expect(page).toContain('| model.largestBytes | 33 554 432 | Choice: half of the memory budget for weights |');
});

it('keeps a bar in a source from breaking the table', () => {
  const profile = profileNamed('simulated');
  const cores = { value: 1, source: 'a | b of the page' };
  const page = renderProfilesPage([{ ...profile, cpu: { ...profile.cpu, cores } }]);
  expect(page).toContain('| cpu.cores | 1 | a \\| b of the page |');
});
