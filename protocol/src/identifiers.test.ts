import { expect, test } from 'vitest';
import { bootId, invalidDeviceId, isDeviceId, isModelName, isSlotName } from './index.ts';

for (const isName of [isDeviceId, isModelName, isSlotName]) {
  test(`${isName.name} takes lower-case letters, digits, dots, underscores and hyphens`, () => {
    for (const name of ['a', '0', 'line-3.cam_1', 'a'.repeat(63)]) expect(isName(name)).toBe(true);
  });

  test(`${isName.name} refuses what could leave its topic level or folder`, () => {
    const bad = ['', '.', '..', '-a', '_a', 'A', 'ä', 'a b', 'a/b', 'a\\b', 'a+', '#', '$a', 'a\n', 'a'.repeat(64)];
    for (const name of [...bad, 1, null, undefined]) expect(isName(name)).toBe(false);
  });
}

test('the error says what a name must be and what came', () => {
  expect(invalidDeviceId('Cam 1')).toMatchObject({
    code: 'INVALID_IDENTIFIER',
    message: 'device id must be 1 to 63 of a-z, 0-9, ".", "_", "-", starting with a letter or digit, got "Cam 1"',
  });
});

test('a boot id is 16 hex digits of the random bytes given', () => {
  expect(bootId((length) => new Uint8Array(length).fill(171))).toBe('ab'.repeat(8));
  expect(bootId()).toMatch(/^[0-9a-f]{16}$/);
});
