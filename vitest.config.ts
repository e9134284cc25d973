import { existsSync } from 'node:fs'
import { defineConfig } from 'vitest/config'

const rooms = ['src', 'policies', 'nation', 'bench', 'test', 'web']
const globalSetup = 'test/support/global-setup.ts'

export default defineConfig({
  test: {
    include: rooms.map((room) => `${room}/**/*.test.{ts,tsx}`),
    exclude: ['**/node_modules/**', 'web/dist/**', 'test/output/**'],
    // One database server for the whole run; each test file gets a database of its own from it.
    globalSetup: existsSync(globalSetup) ? [globalSetup] : [],
    setupFiles: ['test/support/seed.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 120_000,
    watch: false,
  },
})
