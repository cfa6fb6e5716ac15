import { defineConfig } from 'vitest/config';

/** No code may read the machine's zone; under one that no exam is held in, code that does shows at once. */
process.env.TZ = 'America/St_Johns';

/** A guard against a test that hangs, never a measure of speed: the machine may be busy with other things. */
const HANGS_AFTER_MS = 480_000;

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: HANGS_AFTER_MS,
    hookTimeout: HANGS_AFTER_MS,
    // By default one processor is left idle; but some tests mostly wait, for a killed process or a browser.
    maxWorkers: '100%',
    allowOnly: false,
    expect: { requireAssertions: true },
    reporters: ['default', './test/last-line.ts'],
  },
});
