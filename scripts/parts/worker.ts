import { join } from "node:path";
import type { SettingTexts } from "../../common/settings.ts";
import { type Part, startPart } from "./part.ts";
import { demandFreePort } from "./ports.ts";
import { withoutSettings, writeEnvFile } from "./sides.ts";

/** What a side is started with: its port, the settings, and the folder that its env file goes to. */
export type SidePlan = {
  port: number;
  texts: SettingTexts;
  folder: string;
  onLine?: ((line: string) => void) | undefined;
};

/**
 * Starts the real Worker in workerd, under `wrangler dev`, and waits until it answers. Nothing is asked, nothing
 * leaves the machine (cloudflare.md 1).
 *
 * @throws SettingsError, PlainFailure
 */
export async function startWorker({ port, texts, folder, onLine }: SidePlan): Promise<Part> {
  const envFile = writeEnvFile("worker", texts, folder);
  await demandFreePort(port, "PORT");
  return startPart({
    name: "The Worker",
    program: "node_modules/wrangler/bin/wrangler.js",
    options: [
      ["dev", "--env-file", envFile],
      ["--ip", "127.0.0.1", "--port", String(port), "--inspector-port", "0"],
      ["--show-interactive-dev-session=false", "--persist-to", join(folder, "worker-state")],
    ],
    url: `http://127.0.0.1:${port}`,
    environment: {
      ...withoutSettings(process.env),
      CI: "1",
      WRANGLER_SEND_METRICS: "false",
      CLOUDFLARE_CF_FETCH_ENABLED: "false",
      // The banner asks the registry for a newer version.
      WRANGLER_HIDE_BANNER: "true",
    },
    onLine,
  });
}
