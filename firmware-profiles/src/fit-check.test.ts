import { describe, expect, it } from 'vitest';
import { fitCheck, type ModelFacts, variantOrder } from './fit-check.ts';
import { loadProfiles, profileNamed } from './profile-library.ts';

const SMALL: ModelFacts = { sizeBytes: 10_000, weightBytes: 9_000, activationBytes: 500, format: 'float32', opset: 17 };

function codes(change: Partial<ModelFacts>, profile = profileNamed('simulated')): string[] {
  return fitCheck({ ...SMALL, ...change }, profile).map((finding) => finding.code);
}

for (const [name, profile] of loadProfiles()) {
  describe(`fitCheck on ${name}`, () => {
    const largest = profile.model.largestBytes.value;
    const budget = profile.memory.modelBudgetBytes.value;

    it('takes a model that is exactly as large as allowed and refuses one byte more', () => {
      expect(codes({ sizeBytes: largest }, profile)).not.toContain('MODEL_TOO_LARGE');
      expect(codes({ sizeBytes: largest + 1 }, profile)).toContain('MODEL_TOO_LARGE');
    });

    it('adds weights and activations against the memory budget', () => {
      expect(codes({ weightBytes: budget - 1, activationBytes: 1 }, profile)).toEqual([]);
      expect(codes({ weightBytes: budget, activationBytes: 1 }, profile)).toEqual(['MEMORY_EXCEEDED']);
    });

    it('takes every number format it names', () => {
      for (const format of profile.model.variants.value) expect(codes({ format }, profile)).toEqual([]);
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
      { sizeBytes: 1e9, weightBytes: 1e9, activationBytes: 0, format: 'int4', opset: 99, hasExternalData: true },
      profile,
    );
    expect(findings.map((finding) => finding.code)).toEqual([
      'MODEL_TOO_LARGE',
      'STORAGE_EXCEEDED',
      'MEMORY_EXCEEDED',
      'OPSET_TOO_NEW',
      'FORMAT_UNSUPPORTED',
      'EXTERNAL_DATA',
    ]);
    expect(findings[0]?.reason).toBe('model file must be at most 33554432 bytes on simulated, got 1000000000');
  });

  it('counts three copies against the storage budget', () => {
    const profile = profileNamed('raspberry-pi-zero-2-w');
    const third = Math.floor(profile.storage.modelBudgetBytes.value / 3);
    expect(codes({ sizeBytes: third + 1 }, profile)).toContain('STORAGE_EXCEEDED');
  });
});

describe('variantOrder', () => {
  it('puts the preferred format first and leaves out what the profile does not offer', () => {
    const variants = ['float32', 'float16', 'int8-dynamic', 'int8-static'].map((name) => ({ name }));
    expect(variantOrder(variants, profileNamed('raspberry-pi-4')).map(({ name }) => name)).toEqual([
      'int8-static',
      'int8-dynamic',
      'float32',
    ]);
    expect(variantOrder(variants, profileNamed('jetson-orin-nano')).map(({ name }) => name)).toEqual([
      'int8-static',
      'float16',
      'int8-dynamic',
      'float32',
    ]);
  });
});
