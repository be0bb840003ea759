import type { Timer } from "../../clock.ts";
import { invalidValue, type Objection } from "../shape.ts";
import type { ReplyItem, TurnCause } from "../scenario.ts";
import { backendResponse, type Called, type Work } from "./backend-response.ts";
import type { BackendItem } from "./client-event-types.ts";
import type { LiveContext } from "./context.ts";
import type { Script } from "./script.ts";
import { type FunctionCall, type Utterance, utteranceOf } from "./utterance.ts";

/**
 * The Responses model behind a Live session (openai.md B5). It works on the machine's time and one piece of work after
 * the other: a call that nobody answers holds up all later ones.
 */
export type Backend = {
  work(work: Work): void;
  /** A client's `response.item.create`. */
  addItem(item: BackendItem): Objection | undefined;
  /** A client's `response.create`: goes on after tools, or answers what was added. */
  create(): Objection | undefined;
  /** The session is closing: what is under way, or waits, comes to nothing. */
  end(): void;
};

/** The piece of work that the backend is at. */
type Stage =
  | { type: "idle" }
  | { type: "responding"; response: Timer }
  | { type: "waiting"; work: Work; outputs: Map<string, string | undefined>; left: readonly ReplyItem[] };

/** A backend with nothing to do; `say` has its answers spoken. */
export function backend(context: LiveContext, script: Script, say: (utterance: Utterance) => void): Backend {
  const queue: Work[] = [];
  let stage: Stage = { type: "idle" };
  let added = "";

  function work(wanted: Work): void {
    queue.push(wanted);
    if (stage.type === "idle") proceed();
  }

  function proceed(): void {
    const next = queue.shift();
    stage = { type: "idle" };
    if (next !== undefined) respond(next);
  }

  function respond(work: Work): void {
    const { now, left } = callsOfOneResponse(context, work.items);
    const response = backendResponse(context, work, now, (called) => {
      const utterance = utteranceOf({ items: [...now] });
      if (utterance.lines.length > 0) say(utterance);
      if (called.length === 0) return proceed();
      stage = { type: "waiting", work, outputs: noneOf(called), left };
    });
    stage = { type: "responding", response };
  }

  function goOn({ work, outputs, left }: Extract<Stage, { type: "waiting" }>): Objection | undefined {
    const missing = [...outputs].filter(([, output]) => output === undefined).map(([callId]) => callId);
    if (missing.length > 0)
      return invalidValue("type", `response.create needs the outputs of all calls: ${missing.join(", ")} is missing`);
    const output = [...outputs.values()].at(-1) ?? "";
    respond({ ...work, responseId: context.ids.response(), items: left.length > 0 ? left : next({ output }) });
    return undefined;
  }

  function next(cause: { output: string } | { text: string }): readonly ReplyItem[] {
    const turn: TurnCause = "output" in cause ? { type: "function-output", ...cause } : { type: "text", ...cause };
    const { lastCallerAudio } = context;
    const reply = script.peek({ cause: turn, isFirst: false, ...(lastCallerAudio && { lastCallerAudio }) });
    script.take();
    return reply.items;
  }

  function addOutput(callId: string, output: string | unknown[]): Objection | undefined {
    const isExpected = stage.type === "waiting" && stage.outputs.has(callId) && stage.outputs.get(callId) === undefined;
    if (!isExpected || stage.type !== "waiting")
      return invalidValue("item.call_id", `no function call '${callId}' waits for an output`);
    stage.outputs.set(callId, typeof output === "string" ? output : JSON.stringify(output));
    return undefined;
  }

  return {
    work,
    addItem(item) {
      if (context.config.delegation.type !== "responses") return noBackend;
      if (item.type === "function_call_output") return addOutput(item.call_id, item.output);
      added += textOf(item.content);
      return undefined;
    },
    create() {
      if (context.config.delegation.type !== "responses") return noBackend;
      if (stage.type === "waiting") return goOn(stage);
      if (added === "") return invalidValue("type", "response.create has nothing to answer");
      const text = added;
      added = "";
      work({ delegationId: null, responseId: context.ids.response(), items: next({ text }) });
      return undefined;
    },
    end() {
      queue.length = 0;
      if (stage.type === "responding") stage.response.cancel();
      stage = { type: "idle" };
    },
  };
}

/** All calls of one response; one at a time where the client wants no parallel ones. */
function callsOfOneResponse(
  { config }: LiveContext,
  items: readonly ReplyItem[],
): { now: readonly ReplyItem[]; left: readonly ReplyItem[] } {
  const isParallel =
    config.delegation.type !== "responses" || config.delegation.responses.parallel_tool_calls !== false;
  const firstCall = items.findIndex(isCall);
  if (isParallel || firstCall === -1) return { now: items, left: [] };
  return { now: items.slice(0, firstCall + 1), left: items.slice(firstCall + 1) };
}

const isCall = (item: ReplyItem): item is FunctionCall => item.type === "function-call";

const noneOf = (called: readonly Called[]): Map<string, string | undefined> =>
  new Map(called.map(({ callId }) => [callId, undefined]));

const textOf = (content: string | { text?: string }[]): string =>
  typeof content === "string" ? content : content.map(({ text }) => text ?? "").join(" ");

const noBackend: Objection = {
  code: "invalid_event",
  message: "This event needs a session with a delegation of type 'responses'.",
  param: "type",
};
