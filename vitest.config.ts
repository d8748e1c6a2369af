import { defineConfig } from 'vitest/config'

// Threads without isolation run 40 files in 1.5 s where forks with isolation take 15. What starts processes, changes
// folders or sends signals lives in its own project, one fork per file.
const PROCESS_TESTS = ['test/scenarios/**/*.test.ts', 'test/api/**/*.test.ts', 'test/flows/**/*.test.ts', 'test/conformance/**/*.test.ts', 'test/os/**/*.test.ts', 'test/external/**/*.test.ts', 'test/daemon/**/*.test.ts', 'test/hook/**/*.test.ts', 'test/statusline/**/*.test.ts', 'test/tui/**/*.test.ts', 'test/cli/**/*.test.ts', 'test/store/**/*.test.ts', 'test/scripts/**/*.test.ts']
// They need the genuine client; `npm run test:clients` runs them.
const CLIENT_TESTS = ['test/clients/**/*.test.ts']

// Real processes on a shared machine: in CI a test that fails gets one more try, and the report names it as flaky.
// At a desk nothing is tried twice, so that a flaky test is seen where it is written. Projects do not inherit it.
const retry = process.env.CI ? 1 : 0

export default defineConfig({
  test: {
    globalSetup: ['test/support/global-setup.ts'],
    passWithNoTests: true,
    // Two cores: more workers only make the timings of process tests worse.
    maxWorkers: 2,
    projects: [
      { test: { name: 'unit', include: ['test/**/*.test.ts'], exclude: [...PROCESS_TESTS, ...CLIENT_TESTS], pool: 'threads', isolate: false, retry, setupFiles: ['test/support/worker-setup.ts'], testTimeout: 20_000 } },
      { test: { name: 'process', include: PROCESS_TESTS, pool: 'forks', isolate: true, retry, setupFiles: ['test/support/worker-setup.ts'], testTimeout: 60_000, hookTimeout: 60_000 } },
      { test: { name: 'clients', include: CLIENT_TESTS, pool: 'forks', isolate: true, retry, setupFiles: ['test/support/worker-setup.ts'], testTimeout: 120_000, hookTimeout: 120_000, fileParallelism: false } },
    ],
  },
})
