import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { type Plugin, build } from "esbuild";
import { Miniflare, convertV4MiniflareOptions } from "miniflare";
import { unstable_getMiniflareWorkerOptions as workerOptionsOf } from "wrangler";
import { parseObject } from "../../common/json.ts";
import type { TranscriptEntry } from "../../worker/bridge/transcript.ts";
import type { Census } from "../../worker/census.ts";
import { observer } from "./observer.ts";

/** The real Worker in the real runtime, on a port of its own. */
export type RunningWorker = {
  url: string;
  /** What a call holds open, by its own count. */
  census(callSid: string): Promise<Census>;
  /** What was said in a call, as it was heard. */
  transcript(callSid: string): Promise<TranscriptEntry[]>;
  /** What the runtime calls a call's object. */
  idOf(callSid: string): Promise<string>;
  /** The JSON lines it has logged. */
  readonly logLines: Record<string, unknown>[];
  close(): Promise<void>;
};

const bundled = new Map<string, Promise<string>>();

/** Files in the place of `worker/assistants/index.ts`, and of `worker/record.ts`. */
export type Swaps = { assistants?: string | undefined; record?: string | undefined };

/** The Worker's code in one text, as `wrangler deploy` would bundle it; made once for each choice of files. */
function bundle(
  main: string,
  { assistants = "worker/assistants/index.ts", record = "worker/record.ts" }: Swaps,
): Promise<string> {
  const known = bundled.get(assistants + record);
  if (known !== undefined) return known;
  const made = build({
    plugins: [inPlaceOf("worker/assistants/index.ts", assistants), inPlaceOf("worker/record.ts", record)],
    entryPoints: [main],
    bundle: true,
    write: false,
    format: "esm",
    target: "es2023",
    conditions: ["workerd", "worker", "browser"],
    external: ["cloudflare:*", "node:*"],
  }).then(({ outputFiles: [file] }) => file?.text ?? "");
  bundled.set(assistants + record, made);
  return made;
}

/** Another file in the place of one of ours: an operator edits it, a test brings its own. */
const inPlaceOf = (ours: string, other: string): Plugin => ({
  name: "in-place-of",
  setup: (build) =>
    build.onLoad({ filter: new RegExp(`${ours.replaceAll(/[./]/g, "\\$&")}$`) }, async () => ({
      contents: await readFile(other, "utf8"),
      loader: "ts",
      resolveDir: dirname(resolve(other)),
    })),
});

/** Starts the Worker in Miniflare from wrangler.toml's own options. `settings` are its variables. */
export async function startWorker(
  settings: Record<string, string>,
  { port = Number(new URL(settings["SERVER_URL"] ?? "").port), ...swaps }: Swaps & { port?: number } = {},
): Promise<RunningWorker> {
  const { workerOptions, main } = workerOptionsOf("wrangler.toml");
  const logLines: Record<string, unknown>[] = [];
  const { modulesRules: _, ...options } = workerOptions;
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      host: "127.0.0.1",
      port,
      cf: false,
      handleStructuredLogs: ({ message }: { message: string }) => keepLine(logLines, message),
      workers: [
        {
          ...options,
          name: "voicecall",
          modules: [{ type: "ESModule", path: "index.js", contents: await bundle(main ?? "", swaps) }],
          bindings: settings,
        },
        observer,
      ],
    }),
  );
  const url = (await miniflare.ready).origin;

  async function ask(callSid: string, question: "census"): Promise<Census>;
  async function ask(callSid: string, question: "transcript"): Promise<TranscriptEntry[]>;
  async function ask(callSid: string, question: "id"): Promise<string>;
  async function ask(callSid: string, question: "census" | "transcript" | "id"): Promise<unknown> {
    const { fetch } = await miniflare.getWorker(observer.name);
    const answer = await fetch(`http://${observer.name}/${callSid}/${question}`);
    return answer.json();
  }
  return {
    url,
    census: (callSid) => ask(callSid, "census"),
    transcript: (callSid) => ask(callSid, "transcript"),
    idOf: (callSid) => ask(callSid, "id"),
    logLines,
    close: () => miniflare.dispose(),
  };
}

function keepLine(lines: Record<string, unknown>[], message: string): void {
  lines.push(parseObject(message) ?? { event: "text", message });
}
