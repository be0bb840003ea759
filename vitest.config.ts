import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

// Generous: a slow machine must not fail a test. What must be quick is measured inside the tests.
const patience = { testTimeout: 60_000, hookTimeout: 180_000 };

export default defineConfig({
  test: {
    // Tests start real runtimes of one process or more each.
    maxWorkers: 2,
    projects: [
      {
        test: {
          ...patience,
          name: "node",
          include: ["test/**/*.test.ts"],
          exclude: ["test/objects/**"],
          globalSetup: ["test/functions/bundle-first.ts"],
        },
      },
      {
        // What both runtimes must agree on, in the Worker's own.
        plugins: [cloudflareTest({ miniflare: { compatibilityDate: "2026-10-20" } })],
        test: {
          ...patience,
          name: "workerd",
          include: ["test/codecs/*.test.ts", "test/bridge/{call,playback}.test.ts"],
        },
      },
      {
        // A Durable Object from within: its storage, and its alarm at whatever time.
        plugins: [
          cloudflareTest({
            wrangler: { configPath: "wrangler.toml" },
            miniflare: {
              bindings: {
                TWILIO_ACCOUNT_SID: `AC${"0".repeat(32)}`,
                TWILIO_AUTH_TOKEN: "token",
                OPENAI_API_KEY: "sk",
                MAX_CONCURRENT_CALLS: "2",
              },
            },
          }),
        ],
        test: { ...patience, name: "objects", include: ["test/objects/*.test.ts"] },
      },
    ],
  },
});
