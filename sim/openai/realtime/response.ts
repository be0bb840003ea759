import type { ConversationItem, RealtimeResponse } from "openai/resources/realtime/realtime";
import { bytesPerMs } from "../../audio/mulaw.ts";
import type { Clock } from "../../clock.ts";
import type { Pace, Reply, ReplyEnding, ReplyItem } from "../scenario.ts";
import type { SpeechStore } from "../speech-store.ts";
import { textTokens } from "../tokens.ts";
import type { StoredItem } from "./conversation.ts";
import { functionCallItem, type Generation, type ItemStage, speechItem, textItem } from "./response-items.ts";
import type { Emit } from "./server-events.ts";
import type { AudioFormat } from "./session-config.ts";
import { modelMsPerToken, speechTokens } from "./usage.ts";

/** What a response is to be. */
export type ResponseOrder = {
  responseId: string;
  reply: Reply;
  modality: "audio" | "text";
  format: AudioFormat;
  maxOutputTokens: number | "inf";
  pace: Pace;
};

/** What a response takes from its session. */
export type ResponseStage = {
  clock: Clock;
  emit: Emit;
  speech: SpeechStore;
  newItemId(): string;
  newCallId(): string;
  enter(stored: StoredItem): void;
  leave(item: ConversationItem): void;
  sent(itemId: string, audio: Uint8Array): void;
};

/** How a response went. */
export type ResponseResult = {
  output: ConversationItem[];
  status: NonNullable<RealtimeResponse["status"]>;
  details?: NonNullable<RealtimeResponse["status_details"]>;
  outputTokens: { text: number; audio: number };
  audioMs: number;
};

/** A response under way. */
export type RunningResponse = {
  readonly responseId: string;
  /** Cuts it: a few deltas may still come, then it is done. */
  interrupt(reason: "turn_detected" | "client_cancelled", lateDeltaCount: number): void;
};

type Interruption = { reason?: "turn_detected" | "client_cancelled"; deltasLeft: number };

/** Generates a response from its first item to its last; `done` is called once, never synchronously. */
export function runResponse(
  order: ResponseOrder,
  stage: ResponseStage,
  done: (result: ResponseResult) => void,
): RunningResponse {
  const interruption: Interruption = { deltasLeft: 0 };
  const generation = generate(order, stage, interruption);
  const words = order.reply.items.flatMap((item) => (item.type === "speech" ? [item.text] : []));
  const prepared = Promise.all(words.map((text) => stage.speech.prepare(text)));
  let hasBegun = false;
  let timer = stage.clock.after(order.reply.thinkMs ?? order.pace.thinkMs, begin);

  function begin(): void {
    const isReady = words.every((text) => stage.speech.ready(text) !== undefined);
    if (isReady) return proceed();
    void prepared.then(() => {
      if (interruption.reason === undefined) timer = stage.clock.after(0, proceed);
    });
  }

  function proceed(): void {
    hasBegun = true;
    const next = generation.next();
    if (next.done === true) return done(next.value);
    timer = stage.clock.after(next.value, proceed);
  }

  return {
    responseId: order.responseId,
    interrupt(reason, lateDeltaCount) {
      if (interruption.reason !== undefined) return;
      interruption.reason = reason;
      interruption.deltasLeft = lateDeltaCount;
      if (hasBegun && lateDeltaCount > 0) return;
      timer.cancel();
      timer = stage.clock.after(0, proceed);
    },
  };
}

function* generate(
  order: ResponseOrder,
  stage: ResponseStage,
  interruption: Interruption,
): Generator<number, ResponseResult, void> {
  const limits = limitsOf(order);
  const limitMs = Math.min(limits.byTokensMs, limits.byScriptMs);
  const result: ResponseResult = {
    output: [],
    status: "completed",
    outputTokens: { text: 0, audio: 0 },
    audioMs: 0,
  };
  const itemStage: ItemStage = {
    ...stage,
    mayContinue: () => interruption.reason === undefined || interruption.deltasLeft-- > 0,
    sent(itemId, audio) {
      result.audioMs += audio.length / bytesPerMs;
      stage.sent(itemId, audio);
    },
  };
  for (const item of order.reply.items) {
    if (interruption.reason !== undefined || result.audioMs >= limitMs) break;
    result.output.push(yield* generateItem(item, order, stage, itemStage, limitMs, result));
  }
  result.outputTokens.audio = speechTokens(result.audioMs);
  const { reason } = interruption;
  if (reason !== undefined) return { ...result, status: "cancelled", details: { type: "cancelled", reason } };
  if (limits.byTokensMs < limits.byScriptMs && result.audioMs >= limits.byTokensMs)
    return { ...result, ...ended({ status: "incomplete", afterMs: limitMs, reason: "max_output_tokens" }) };
  return { ...result, ...ended(order.reply.ending ?? { status: "completed" }) };
}

function* generateItem(
  item: ReplyItem,
  order: ResponseOrder,
  stage: ResponseStage,
  itemStage: ItemStage,
  limitMs: number,
  result: ResponseResult,
): Generation {
  const place = { responseId: order.responseId, itemId: stage.newItemId(), outputIndex: result.output.length };
  if (item.type === "function-call") {
    const call = { name: item.name, callId: stage.newCallId(), arguments: argumentsText(item.arguments) };
    result.outputTokens.text += textTokens(call.name + call.arguments);
    return yield* functionCallItem(itemStage, place, call);
  }
  const transcript = item.type === "speech" ? item.text : item.transcript;
  result.outputTokens.text += textTokens(transcript);
  if (order.modality === "text") return yield* textItem(itemStage, place, transcript);
  const audio = item.type === "speech" ? (stage.speech.ready(item.text) ?? new Uint8Array(0)) : item.audio;
  const allowed = audio.subarray(0, Math.max(0, limitMs - result.audioMs) * bytesPerMs);
  const line = { audio: allowed, transcript, isWhole: allowed.length === audio.length };
  const delivery = { deltaBytes: order.pace.deltaBytes, speed: order.pace.speed, format: order.format };
  return yield* speechItem(itemStage, place, line, delivery);
}

/** After how much speech a response ends whatever it still had to say. */
function limitsOf(order: ResponseOrder): { byTokensMs: number; byScriptMs: number } {
  const { ending } = order.reply;
  const isCut = ending !== undefined && ending.status !== "completed";
  return {
    byTokensMs: order.maxOutputTokens === "inf" ? Number.POSITIVE_INFINITY : order.maxOutputTokens * modelMsPerToken,
    byScriptMs: isCut ? ending.afterMs : Number.POSITIVE_INFINITY,
  };
}

function ended(ending: ReplyEnding): Pick<ResponseResult, "status" | "details"> {
  switch (ending.status) {
    case "completed":
      return { status: "completed" };
    case "failed":
      return { status: "failed", details: { type: "failed", error: ending.error } };
    case "incomplete":
      return { status: "incomplete", details: { type: "incomplete", reason: ending.reason } };
  }
}

const argumentsText = (value: Record<string, unknown> | string): string =>
  typeof value === "string" ? value : JSON.stringify(value);
