import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/environment/longest-first.ts';
import { featureTextsPlugin } from './web/build/feature-texts.ts';

/**
 * Three kinds of tests, by what they need:
 * - `unit`: nothing but Node;
 * - `web`: a simulated browser;
 * - `integration`: one real PostgreSQL and one real Temporal server, started once per run.
 *
 * All lie beside the code as `*.test.ts`; `npm test -- domain` runs those whose path has that word.
 */
export default defineConfig({
  test: {
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    // Real servers on a busy machine can be slow; what is wrong shows in what a test expects, not in its time.
    testTimeout: 120_000,
    hookTimeout: 240_000,
    expect: { poll: { timeout: 60_000 } },
    teardownTimeout: 30_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['{config,scripts,domain,contracts,bench}/**/*.test.ts', 'test/architecture/**/*.test.ts'],
        },
      },
      {
        extends: true,
        plugins: [vue(), featureTextsPlugin()],
        test: { name: 'web', include: ['web/**/*.test.ts'], environment: 'happy-dom' },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['{persistence,activities,workflows,api,worker,test}/**/*.test.ts'],
          exclude: ['test/architecture/**'],
          globalSetup: ['test/environment/global-setup.ts'],
        },
      },
    ],
  },
});
