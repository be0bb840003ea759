import { version } from "../package.json";
import type { WorkerSettings } from "../common/settings.ts";

/** The page a person sees who opens the Worker's address: that it runs, and where to go from here. */
export function statusPage(settings: WorkerSettings): Response {
  return new Response(page(settings), {
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'",
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
    },
  });
}

const page = (settings: WorkerSettings): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Voicecall</title>
<style>
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
  body { margin: 0; min-height: 100vh; display: grid; place-items: center; }
  main { padding: 2rem; max-width: 32rem; }
  h1 { margin: 0 0 .5rem; }
  dl { display: grid; grid-template-columns: auto 1fr; gap: .25rem 1rem; }
  dt { opacity: .7; }
  dd { margin: 0; }
</style>
<main>
  <h1>Voicecall is running</h1>
  <p>Calls to your number reach an AI through this Worker.</p>
  <dl>
    <dt>Version</dt><dd>${escaped(version)}</dd>
    <dt>Model</dt><dd>${escaped(settings.MODELS[0])}</dd>
    <dt>Voice</dt><dd>${escaped(settings.VOICE)}</dd>
    <dt>Health</dt><dd><a href="/health">/health</a></dd>
  </dl>
</main>
</html>
`;

const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);
