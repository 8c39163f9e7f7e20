import { defineConfig, type ViteUserConfig } from 'vitest/config';

const config: ViteUserConfig = defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/bundle-folder.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // Two processors: compilers and emulators run inside the tests.
    maxWorkers: 2,
  },
});

export default config;
