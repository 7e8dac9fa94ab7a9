// Test projects: the server's tests on both database engines, replication, and journeys in a real browser.
import { defineConfig } from 'vitest/config';

const server = ['src/**/*.test.ts', 'tests/{replication,http,boundaries,conformance,upgrade,cli,support}/**/*.test.ts'];
/** Nothing here opens a database. */
const engineFree = [
  'src/lib/**',
  'src/replication/server/core/**',
  'tests/boundaries/**',
  'tests/http/**',
  'tests/upgrade/**',
  'tests/support/**',
  'tests/cli/courier.test.ts', // processes with a folder of their own
  'tests/replication/simulated.test.ts',
  'tests/replication/lost-past.test.ts',
  'tests/replication/courier-disks.test.ts', // disks that die and fill up are files of SQLite
  'src/replication/server/courier-*.test.ts',
  'src/replication/server/turns.test.ts',
];

export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 60_000,
    projects: [
      { extends: true, test: { name: 'sqlite', include: server, exclude: ['node_modules/**'] } },
      {
        extends: true,
        test: {
          name: 'postgres',
          include: server,
          exclude: ['node_modules/**', ...engineFree],
          env: { ENGINE: 'postgres' },
          globalSetup: ['tests/support/postgres-setup.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'journeys',
          include: ['tests/journeys/**/*.test.ts'],
          globalSetup: ['tests/support/browser-setup.ts'],
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
