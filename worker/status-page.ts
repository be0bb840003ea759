import { version } from "../package.json";
import type { WorkerSettings } from "../common/settings.ts";
import { escaped, htmlPage } from "./html-page.ts";

/** The page a person sees who opens the Worker's address: that it runs, and where to go from here. */
export const statusPage = (settings: WorkerSettings): Response =>
  htmlPage(
    { title: "Voicecall" },
    `<h1>Voicecall is running</h1>
  <p>Calls to your number reach an AI through this Worker.</p>
  <dl>
    <dt>Version</dt><dd>${escaped(version)}</dd>
    <dt>Model</dt><dd>${escaped(settings.MODELS[0])}</dd>
    <dt>Voice</dt><dd>${escaped(settings.VOICE)}</dd>
    <dt>Health</dt><dd><a href="/health">/health</a></dd>
  </dl>`,
  );
