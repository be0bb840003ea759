import { parseObject } from "../../common/json.ts";
import { type Tool, type ToolContext, ToolError, type ToolResult, unfit } from "./tool.ts";

/** A tool's result, or in its place a sentence that the model may read aloud, and the fault for the log. */
export type ToolOutcome = ToolResult & { fault?: string };

/** Does something later, and gives a way to call it off. The shell's clock is one. */
type Clock = { after(delayMs: number, task: () => void): { cancel(): void } };

const maxOutputLength = 8_000;

/**
 * Runs what the model called, `arguments` being its JSON text. Never rejects: every call gets an output, or the model
 * would wait for it (openai.md A6, 5). An unknown tool, arguments that are no JSON or do not fit, an error and a
 * timeout give a neutral sentence and a `fault` without secrets. When `signal` aborts, because the call is over, the
 * outcome is quiet: nobody will read it. A tool that goes on after its time or the call is left alone.
 */
export async function runTool(
  tools: readonly Tool[],
  call: { name: string; arguments: string },
  context: Omit<ToolContext, "signal">,
  signal: AbortSignal,
  clock: Clock = platformClock,
): Promise<ToolOutcome> {
  const tool = tools.find(({ name }) => name === call.name);
  if (!tool) return failure(new ToolError("There is no tool of this name.", "unknown tool"));
  const timeout = new AbortController();
  const timer = clock.after(tool.timeoutMs, () => timeout.abort());
  try {
    return bounded(await untilAborted(tool, call.arguments, context, AbortSignal.any([signal, timeout.signal])));
  } catch (error) {
    if (signal.aborted) return { output: "The call is over." };
    return failure(timeout.signal.aborted ? late(tool) : error);
  } finally {
    timer.cancel();
  }
}

/** The tool's result; rejects as soon as the signal aborts, whether the tool heeds it or not. */
async function untilAborted(
  tool: Tool,
  json: string,
  context: Omit<ToolContext, "signal">,
  signal: AbortSignal,
): Promise<ToolResult> {
  const args = readArguments(json);
  signal.throwIfAborted();
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(new Error("aborted")), { once: true });
  });
  // Not the tool itself: what it throws at once must not keep the race from minding the other promise.
  const run = async (): Promise<ToolResult> => tool.run(args, { ...context, fetch: alone(context.fetch), signal });
  return Promise.race([run(), aborted]);
}

/** A `fetch` that may be called as `context.fetch(…)`: workerd refuses its own as another object's method. */
const alone =
  (platformFetch: typeof fetch): typeof fetch =>
  (...request: Parameters<typeof fetch>) =>
    platformFetch(...request);

/** A call without arguments may come as an empty text. */
function readArguments(json: string): object {
  const args = json.trim() === "" ? {} : parseObject(json);
  if (args === undefined) throw unfit("the arguments must be a JSON object");
  return args;
}

function bounded({ output, ...rest }: ToolResult): ToolResult {
  if (output.length <= maxOutputLength) return { output, ...rest };
  // Half a surrogate pair is no character.
  const beginning = output.slice(0, maxOutputLength - cutNote.length).replace(/[\uD800-\uDBFF]$/, "");
  return { output: beginning + cutNote, ...rest };
}

const cutNote = "\n[The rest was cut off.]";

const late = (tool: Tool): ToolError =>
  new ToolError(
    "The tool did not answer in time; whether it had an effect is unknown.",
    `timeout ${tool.timeoutMs} ms`,
  );

/** Of an error that was not foreseen the log gets only the name: its message may quote secrets, or the caller. */
function failure(error: unknown): ToolOutcome {
  if (error instanceof ToolError) return { output: error.output, fault: error.message };
  return {
    output: "The tool failed; whether it had an effect is unknown.",
    fault: error instanceof Error ? `threw ${error.name}` : "threw",
  };
}

const platformClock: Clock = {
  after(delayMs, task) {
    const handle = setTimeout(task, delayMs);
    return { cancel: () => clearTimeout(handle) };
  },
};
