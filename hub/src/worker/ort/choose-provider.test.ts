import { describe, expect, test } from 'vitest';
import { checkProvider, chooseProvider, requireProvider } from './choose-provider.ts';
import type { Provider } from './provider.ts';
import type { ProviderFinding } from './provider-probe.ts';

function probeOf(findings: Partial<Record<Provider, ProviderFinding>>) {
  return async (provider: Provider): Promise<ProviderFinding> => findings[provider] ?? { missing: 'none here' };
}

describe('choosing a provider', () => {
  test('takes the first accelerator that is clearly faster than the processor', async () => {
    const slow = { ownMs: 90, cpuMs: 100 };
    const fast = { ownMs: 4, cpuMs: 100 };
    expect(await chooseProvider('auto', probeOf({ cuda: fast, webgpu: fast }))).toEqual({
      provider: 'cuda',
      reason: 'cuda: 25 x the speed of the processor',
    });
    expect((await chooseProvider('auto', probeOf({ cuda: slow, webgpu: fast }))).provider).toBe('webgpu');
  });

  test('stays on the processor and says why', async () => {
    const findings = { cuda: { missing: 'no NVIDIA driver' }, webgpu: { ownMs: 500, cpuMs: 5 } };
    expect(await chooseProvider('auto', probeOf(findings))).toEqual({
      provider: 'cpu',
      reason: 'cuda: no NVIDIA driver; webgpu: 0.010 x the speed of the processor',
    });
  });

  test('does not look around when it is told', async () => {
    const probe = async (): Promise<ProviderFinding> => {
      throw new TypeError('probed');
    };
    expect(await chooseProvider('webgpu', probe)).toEqual({ provider: 'webgpu', reason: 'as told' });
  });

  test('refuses one that is forced and not there, with what it needs', async () => {
    await expect(requireProvider('cuda', probeOf({}))).rejects.toMatchObject({
      code: 'UNREACHABLE',
      message: expect.stringMatching(/^provider cuda is not available here: it needs an NVIDIA driver/),
    });
    await requireProvider('webgpu', probeOf({ webgpu: { ownMs: 500, cpuMs: 5 } }));
    await requireProvider('auto', probeOf({}));
  });

  test('names the choices when the word is none', () => {
    expect(() => checkProvider('tpu')).toThrow(
      expect.objectContaining({
        code: 'INVALID_INPUT',
        message: 'provider must be one of auto, cpu, cuda, webgpu, got tpu',
      }),
    );
  });
});
