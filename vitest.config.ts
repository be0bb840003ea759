import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

// Generous: a slow machine must not fail a test. What must be quick is measured inside the tests.
const patience = { testTimeout: 60_000, hookTimeout: 180_000 };

/** Stories in real time: a call takes as long as it takes, and costs a processor next to nothing. */
const inRealTime = [
  "test/calls/*.test.ts",
  "test/faults/*.test.ts",
  "test/functions/*.test.ts",
  "test/scripts/*.test.ts",
  "test/sim/twilio-*.test.ts",
];

/** What takes longest, and is begun first: so that at the end nobody waits for it alone. */
const longest = [
  "virtual/fuzz",
  "virtual/live-fuzz",
  "calls/audio",
  "faults/restarted",
  "faults/next-session",
  "faults/aborted",
  "calls/ladder",
  "calls/model-failures",
  "calls/prepared",
  "calls/machines",
  "functions/twiml-callers",
  "functions/outbound-words",
  "scripts/call",
];

const place = ({ moduleId }: TestSpecification): number => {
  const index = longest.findIndex((name) => moduleId.includes(name));
  return index === -1 ? longest.length : index;
};

class LongestFirst extends BaseSequencer {
  override sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return Promise.resolve(files.toSorted((one, other) => place(one) - place(other)));
  }
}

export default defineConfig({
  test: {
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          ...patience,
          name: "node",
          include: ["test/**/*.test.ts"],
          exclude: ["test/objects/**", ...inRealTime],
          globalSetup: ["test/functions/bundle-first.ts"],
        },
      },
      {
        test: {
          ...patience,
          name: "real-time",
          include: inRealTime,
          globalSetup: ["test/functions/bundle-first.ts"],
          // Many at once, since they mostly wait; and after all that keeps a processor busy, so that nothing is late.
          maxWorkers: 5,
          sequence: { groupOrder: 1 },
          // To load wrangler, Miniflare and Twilio's package anew costs a file more than its calls do.
          isolate: false,
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
