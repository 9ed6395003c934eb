import type { ViteUserConfig } from 'vitest/config';

/** Tests run from source: workspace packages resolve through their `@edgeloop/source` condition, no build needed. */
export const sharedVitestConfig: ViteUserConfig = {
  resolve: { conditions: ['@edgeloop/source'] },
  ssr: { resolve: { conditions: ['@edgeloop/source'] } },
  test: { include: ['src/**/*.test.ts', 'src/**/*.test.tsx'], testTimeout: 30_000, maxWorkers: 2 },
};
