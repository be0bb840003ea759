import { type Part, startPart } from "./part.ts";
import { demandFreePort } from "./ports.ts";
import { withoutSettings, writeEnvFile } from "./sides.ts";
import type { SidePlan } from "./worker.ts";

/**
 * Starts the bundled Functions in Twilio's own local runtime and waits until it answers. Each request would cost a
 * fork of a quarter of a second (twilio.md 5.7); `isForking` has it that way, as a test of our own error handling.
 *
 * @throws SettingsError, PlainFailure
 */
export async function startFunctions({
  port,
  texts,
  folder,
  onLine,
  isForking = false,
}: SidePlan & { isForking?: boolean }): Promise<Part> {
  const envFile = writeEnvFile("functions", texts, folder);
  await demandFreePort(port, "FUNCTIONS_PORT");
  return startPart({
    name: "The Function runtime",
    program: "node_modules/twilio-run/bin/twilio-run.js",
    options: [
      ["start", "--port", String(port), "--env", envFile],
      [isForking ? "--fork-process" : "--no-fork-process"],
    ],
    url: `http://127.0.0.1:${port}`,
    environment: withoutSettings(process.env),
    onLine,
  });
}
