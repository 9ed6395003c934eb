import { describe, expect, it } from 'vitest';
import { PROVIDERS, VARIANT_FORMATS } from './firmware-profile.ts';
import { fitCheck, type ModelFacts } from './fit-check.ts';
import { loadProfiles, profileNamed } from './profile-library.ts';

const SMALL: ModelFacts = { sizeBytes: 10_000, weightBytes: 9_000, activationBytes: 500, format: 'float32', opset: 17 };

function codes(change: Partial<ModelFacts>, profile = profileNamed('simulated')): string[] {
  return fitCheck({ ...SMALL, ...change }, profile).map((finding) => finding.code);
}

for (const [name, profile] of loadProfiles()) {
  describe(`fitCheck on ${name}`, () => {
    const largest = profile.model.largestBytes.value;
    const budget = profile.memory.modelBudgetBytes.value;
    const third = Math.floor(profile.storage.modelBudgetBytes.value / 3);
    const opset = profile.runtime.newestOpset.value;

    it('takes a model that is exactly as large as allowed and refuses one byte more', () => {
      expect(codes({ sizeBytes: largest }, profile)).toEqual([]);
      expect(codes({ sizeBytes: largest + 1 }, profile)).toContain('MODEL_TOO_LARGE');
    });

    it('takes three copies that just fit on the storage and refuses one byte more', () => {
      expect(codes({ sizeBytes: third }, profile)).not.toContain('STORAGE_EXCEEDED');
      expect(codes({ sizeBytes: third + 1 }, profile)).toContain('STORAGE_EXCEEDED');
    });

    it('adds weights and activations against the memory budget', () => {
      expect(codes({ weightBytes: budget - 1, activationBytes: 1 }, profile)).toEqual([]);
      expect(codes({ weightBytes: budget, activationBytes: 1 }, profile)).toEqual(['MEMORY_EXCEEDED']);
    });

    it('takes the newest opset it names and refuses the next', () => {
      expect(codes({ opset }, profile)).toEqual([]);
      expect(codes({ opset: opset + 1 }, profile)).toEqual(['OPSET_TOO_NEW']);
    });

    it('takes every number format it names and refuses the others', () => {
      for (const format of VARIANT_FORMATS) {
        const isNamed = profile.model.variants.value.includes(format);
        expect(codes({ format }, profile), format).toEqual(isNamed ? [] : ['FORMAT_UNSUPPORTED']);
      }
    });

    it('takes a model for the provider in use or the CPU and refuses the others', () => {
      for (const provider of PROVIDERS) {
        const isThere = provider === 'cpu' || provider === profile.runtime.provider.value;
        expect(codes({ provider }, profile), provider).toEqual(isThere ? [] : ['PROVIDER_UNSUPPORTED']);
      }
    });
  });
}

describe('fitCheck', () => {
  it('gives no reason against a small model', () => {
    expect(codes({})).toEqual([]);
  });

  it('gives every reason at once, with both figures', () => {
    const profile = profileNamed('simulated');
    const findings = fitCheck(
      { sizeBytes: 1e9, weightBytes: 1e9, format: 'int4', opset: 99, provider: 'cuda', hasExternalData: true },
      profile,
    );
    expect(findings.map((finding) => finding.code)).toEqual([
      'MODEL_TOO_LARGE',
      'STORAGE_EXCEEDED',
      'MEMORY_EXCEEDED',
      'OPSET_TOO_NEW',
      'FORMAT_UNSUPPORTED',
      'PROVIDER_UNSUPPORTED',
      'EXTERNAL_DATA',
    ]);
    expect(findings[0]?.reason).toBe('model file must be at most 33554432 bytes on simulated, got 1000000000');
  });

  it('takes the size of the file for its weights where nobody counted them', () => {
    const profile = profileNamed('simulated');
    const budget = profile.memory.modelBudgetBytes.value;
    const codesOf = (sizeBytes: number): string[] =>
      fitCheck({ sizeBytes, format: 'float32', opset: 17 }, profile).map((finding) => finding.code);
    expect(codesOf(budget)).not.toContain('MEMORY_EXCEEDED');
    expect(codesOf(budget + 1)).toContain('MEMORY_EXCEEDED');
  });

  it('does not take a figure that is no number', () => {
    expect(codes({ sizeBytes: Number.NaN })).toContain('MODEL_TOO_LARGE');
  });
});
