import { defineConfig } from 'vitest/config';
import { sharedVitestConfig } from '../vitest.shared.ts';

export default defineConfig({
  ...sharedVitestConfig,
  test: { ...sharedVitestConfig.test, include: ['{e2e,fleet,demo,bench}/**/*.test.ts'], testTimeout: 180_000 },
});
