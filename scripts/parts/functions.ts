import { type Part, startPart } from "./part.ts";
import { demandFreePort } from "./ports.ts";
import { withoutSettings, writeEnvFile } from "./sides.ts";
import type { SidePlan } from "./worker.ts";

/**
 * Starts the bundled Functions with the given settings, in Twilio's own local runtime, and waits until they answer.
 *
 * @throws SettingsError, PlainFailure
 */
export const startFunctions = ({ texts, folder, ...plan }: SidePlan): Promise<Part> =>
  startFunctionRuntime({ ...plan, envFile: writeEnvFile("functions", texts, folder) });

/** How the runtime is started. */
export type RuntimePlan = Omit<SidePlan, "texts" | "folder"> & {
  envFile: string;
  /** Whether each request gets a process of its own, as on the platform; it costs 0.25 s or more (twilio.md 5.7). */
  isForking?: boolean;
};

/** Starts Twilio's local runtime with an env file as it is. */
export async function startFunctionRuntime({ port, envFile, onLine, isForking = false }: RuntimePlan): Promise<Part> {
  await demandFreePort(port, "FUNCTIONS_PORT");
  return startPart({
    name: "The Function runtime",
    program: "node_modules/twilio-run/bin/twilio-run.js",
    // No ngrok option, not even to switch it off: naming it opens a tunnel.
    options: [
      ["start", "--port", String(port), "--env", envFile],
      [isForking ? "--fork-process" : "--no-fork-process"],
    ],
    url: `http://127.0.0.1:${port}`,
    environment: withoutSettings(process.env),
    onLine,
  });
}
