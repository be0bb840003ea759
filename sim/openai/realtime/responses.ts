import type { RealtimeResponse } from "openai/resources/realtime/realtime";
import { personaReply } from "../persona.ts";
import { defaultPace, type Reply, type Turn } from "../scenario.ts";
import type { ResponseParameters } from "./client-event-types.ts";
import type { SessionContext } from "./context.ts";
import type { StoredItem } from "./conversation.ts";
import { type ResponseOrder, type ResponseResult, type RunningResponse, runResponse } from "./response.ts";
import { invalidValue, type Objection } from "../shape.ts";
import { withoutTranscript } from "./truncation.ts";
import { lastCallerAudio, turnCause } from "./turn-cause.ts";

/** The responses of one session: one at a time in the conversation, any number beside it (`conversation: "none"`). */
export type Responses = {
  readonly isResponding: boolean;
  /** A client's `response.create`. */
  create(parameters: ResponseParameters): Objection | undefined;
  /** The server's own: after the caller's turn, or after a silence. */
  answer(): Objection | undefined;
  cancel(responseId: string | undefined): Objection | undefined;
  /** The caller speaks: the response in the conversation is cut. */
  interrupt(): void;
};

/** The responses of a session; `ended` hears of each that was in the conversation, with the length of its speech. */
export function responses(context: SessionContext, ended: (audioMs: number) => void): Responses {
  const pace = { ...defaultPace, ...context.scenario.pace };
  const side = new Map<string, RunningResponse>();
  let active: RunningResponse | undefined;
  let isInterrupted = false;
  let isAnswerDue = false;
  let turnIndex = 0;
  let sideIndex = 0;

  function start(parameters: ResponseParameters): void {
    const isSide = parameters.conversation === "none";
    const reply = isSide ? nextSideReply(parameters) : nextReply(parameters);
    const order = orderOf(context, parameters, reply, pace);
    const shown = shownResponse(context, order, parameters);
    context.emit({ type: "response.created", response: { ...shown, status: "in_progress", output: [] } });
    context.report({ type: "response-started", responseId: order.responseId, text: wordsOf(reply) });
    const items = inputOf(context, parameters);
    const running = runResponse(order, stageOf(context, isSide), (result) => {
      if (isSide) side.delete(order.responseId);
      else active = undefined;
      finish(context, shown, result, items);
      if (!isSide) proceed(result);
    });
    if (isSide) side.set(order.responseId, running);
    else active = running;
  }

  function proceed(result: ResponseResult): void {
    const isUnheard = result.status === "cancelled" && result.output.length === 0;
    if (!isUnheard) turnIndex++;
    isInterrupted = false;
    ended(result.audioMs);
    if (!isAnswerDue || active !== undefined) return;
    isAnswerDue = false;
    start({});
  }

  function nextReply(parameters: ResponseParameters): Reply {
    const turn = turnOf(context, parameters);
    const scripted = context.scenario.replies?.[turnIndex];
    return typeof scripted === "function" ? scripted(turn) : (scripted ?? personaReply(turn));
  }

  function nextSideReply(parameters: ResponseParameters): Reply {
    return context.scenario.sideReplies?.[sideIndex++] ?? personaReply(turnOf(context, parameters));
  }

  return {
    get isResponding() {
      return active !== undefined;
    },
    create(parameters) {
      if (parameters.conversation !== "none" && active !== undefined) return alreadyActive(active.responseId);
      const unknown = unknownReference(context, parameters);
      if (unknown === undefined) start(parameters);
      return unknown;
    },
    answer() {
      if (active === undefined) start({});
      else if (isInterrupted) isAnswerDue = true;
      else return alreadyActive(active.responseId);
      return undefined;
    },
    cancel(responseId) {
      const running = responseId === undefined || responseId === active?.responseId ? active : side.get(responseId);
      if (running === undefined) return notActive;
      if (running === active) isInterrupted = true;
      running.interrupt("client_cancelled", 0);
      return undefined;
    },
    interrupt() {
      isAnswerDue = false;
      isInterrupted = active !== undefined;
      active?.interrupt("turn_detected", pace.lateDeltaCount);
    },
  };
}

function orderOf(
  context: SessionContext,
  parameters: ResponseParameters,
  reply: Reply,
  pace: ResponseOrder["pace"],
): ResponseOrder {
  const { config } = context;
  const modality = (parameters.output_modalities ?? config.output_modalities)[0] ?? "audio";
  const format = parameters.audio?.output?.format ?? config.audio.output.format;
  const maxOutputTokens = parameters.max_output_tokens ?? config.max_output_tokens;
  return { responseId: context.ids.response(), reply, modality, format, maxOutputTokens, pace };
}

function stageOf(context: SessionContext, isSide: boolean) {
  const { clock, emit, ids, speech, conversation, spoken } = context;
  const previousIds = new Map<string, string | null>();
  return {
    clock,
    emit,
    speech,
    newItemId: () => ids.item(),
    newCallId: () => ids.call(),
    enter(stored: StoredItem) {
      if (isSide) return;
      const previous = conversation.insert(stored);
      previousIds.set(stored.item.id, previous);
      emit({ type: "conversation.item.added", previous_item_id: previous, item: stored.item });
    },
    leave(item: StoredItem["item"]) {
      if (isSide) return;
      const stored = conversation.find(item.id);
      if (stored !== undefined) stored.item = stored.speech?.isTruncated === true ? withoutTranscript(item) : item;
      emit({ type: "conversation.item.done", previous_item_id: previousIds.get(item.id) ?? null, item });
    },
    sent(itemId: string, audio: Uint8Array) {
      const pieces = spoken.get(itemId) ?? [];
      pieces.push(audio);
      spoken.set(itemId, pieces);
    },
  };
}

function shownResponse(
  context: SessionContext,
  order: ResponseOrder,
  parameters: ResponseParameters,
): RealtimeResponse {
  const { voice } = context.config.audio.output;
  const chosen = parameters.audio?.output?.voice ?? voice;
  return {
    object: "realtime.response",
    id: order.responseId,
    ...(parameters.conversation === "none" ? {} : { conversation_id: context.config.id.replace("sess", "conv") }),
    output_modalities: [order.modality],
    max_output_tokens: order.maxOutputTokens,
    audio: { output: { format: order.format, voice: typeof chosen === "string" ? chosen : chosen.id } },
    metadata: parameters.metadata ?? null,
  };
}

function finish(
  context: SessionContext,
  shown: RealtimeResponse,
  result: ResponseResult,
  input: readonly StoredItem[],
): void {
  const usage = context.usage.measure(input, result.outputTokens, context.config);
  const { status, output, details } = result;
  const response = { ...shown, status, output, usage, ...(details === undefined ? {} : { status_details: details }) };
  context.emit({ type: "response.done", response });
  context.emit({ type: "rate_limits.updated", rate_limits: rateLimits });
  const reason = details?.reason ?? details?.error?.code;
  const responseId = shown.id ?? "";
  context.report({ type: "response-ended", responseId, status, ...(reason === undefined ? {} : { reason }) });
}

const rateLimits: { name: "requests" | "tokens"; limit: number; remaining: number; reset_seconds: number }[] = [
  { name: "requests", limit: 1_000, remaining: 999, reset_seconds: 0.06 },
  { name: "tokens", limit: 800_000, remaining: 799_000, reset_seconds: 0.08 },
];

/** What a response goes by: the items it was given, or the conversation. */
function inputOf(context: SessionContext, { input }: ResponseParameters): readonly StoredItem[] {
  if (input === undefined) return context.conversation.items().slice();
  return input.flatMap((item) => {
    const known = context.conversation.find(item.id ?? "");
    if (known !== undefined) return [known];
    return item.type === "item_reference" ? [] : [{ item: { ...item, id: item.id ?? "" } }];
  });
}

function turnOf(context: SessionContext, parameters: ResponseParameters): Turn {
  const items = inputOf(context, parameters);
  const audio = lastCallerAudio(items);
  return {
    cause: turnCause(items),
    isFirst: context.spoken.size === 0,
    ...(parameters.instructions === undefined ? {} : { instructions: parameters.instructions }),
    ...(audio === undefined ? {} : { lastCallerAudio: audio }),
  };
}

function unknownReference({ conversation }: SessionContext, { input = [] }: ResponseParameters): Objection | undefined {
  const at = input.findIndex((item) => item.type === "item_reference" && !conversation.find(item.id ?? ""));
  return at === -1 ? undefined : invalidValue(`response.input[${at}].id`, "no such item is in the conversation");
}

const wordsOf = (reply: Reply): string =>
  reply.items
    .map((item) => {
      if (item.type === "speech") return item.text;
      return item.type === "sound" ? item.transcript : `→ ${item.name}`;
    })
    .join(" ");

const alreadyActive = (responseId: string): Objection => ({
  code: "conversation_already_has_active_response",
  message: `Conversation already has an active response in progress: ${responseId}. Wait until the response is finished.`,
  param: null,
});

const notActive: Objection = {
  code: "response_cancel_not_active",
  message: "Cancellation failed: no active response found",
  param: null,
};
