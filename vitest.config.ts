import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/functions/bundle-first.ts"],
    // Generous: a slow machine must not fail a test. What must be quick is measured inside the tests.
    testTimeout: 60_000,
    hookTimeout: 180_000,
    // Tests start real runtimes of one process or more each.
    maxWorkers: 2,
  },
});
