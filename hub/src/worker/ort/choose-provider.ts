import { OutsideError, RequestError } from '../../errors.ts';
import { absenceOf, PROVIDER_CHOICES, type Provider, type ProviderChoice } from './provider.ts';
import type { ProviderFinding, ProviderProbe } from './provider-probe.ts';

/** A provider, and in words why it was taken. */
export interface ChosenProvider {
  readonly provider: Provider;
  readonly reason: string;
}

/** Small steps cross to the card and back often, so it must be clearly faster at large ones. */
const WORTHWHILE = 1.5;
const ACCELERATORS = ['cuda', 'webgpu'] as const;

/** @throws RequestError INVALID_INPUT for a word that is no choice */
export function checkProvider(choice: string): ProviderChoice {
  const known = PROVIDER_CHOICES.find((candidate) => candidate === choice);
  if (known !== undefined) return known;
  throw new RequestError('INVALID_INPUT', `provider must be one of ${PROVIDER_CHOICES.join(', ')}, got ${choice}`);
}

/** The provider asked for, or the first accelerator that is here and clearly faster than the processor. */
export async function chooseProvider(choice: ProviderChoice, probe: ProviderProbe): Promise<ChosenProvider> {
  if (choice !== 'auto') return { provider: choice, reason: 'as told' };
  const passedOver: string[] = [];
  for (const provider of ACCELERATORS) {
    const finding = await probe(provider);
    if (isWorthwhile(finding)) return { provider, reason: `${provider}: ${words(finding)}` };
    passedOver.push(`${provider}: ${words(finding)}`);
  }
  return { provider: 'cpu', reason: passedOver.join('; ') };
}

function isWorthwhile(finding: ProviderFinding): boolean {
  return 'ownMs' in finding && finding.cpuMs / finding.ownMs >= WORTHWHILE;
}

function words(finding: ProviderFinding): string {
  if ('missing' in finding) return finding.missing;
  const times = finding.cpuMs / finding.ownMs;
  return `${times.toPrecision(2)} x the speed of the processor`;
}

/**
 * Looks whether a provider that is asked for by name is there.
 *
 * @throws OutsideError UNREACHABLE when it is not
 */
export async function requireProvider(choice: ProviderChoice, probe: ProviderProbe): Promise<void> {
  if (choice === 'auto' || choice === 'cpu') return;
  const finding = await probe(choice);
  if ('missing' in finding) throw new OutsideError('UNREACHABLE', absenceOf(choice));
}
