import { defineConfig } from 'vitest/config';

/** unit: pure; process: real worker processes and threads; parity: against PyTorch; e2e: real Chromium and Electron. */
const layers = {
  unit: { timeout: 20_000, parallel: true },
  parity: { timeout: 120_000, parallel: true },
  process: { timeout: 180_000, parallel: false },
  e2e: { timeout: 300_000, parallel: false, globalSetup: 'test/support/testDevices.ts' },
};

export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    projects: Object.entries(layers).map(([name, { timeout, parallel, ...rest }], order) => ({
      test: {
        name,
        include: [`test/${name}/**/*.test.ts`],
        testTimeout: timeout,
        hookTimeout: timeout,
        fileParallelism: parallel,
        ...rest,
        sequence: { groupOrder: order },
      },
    })),
  },
});
