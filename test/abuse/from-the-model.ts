import type { WebSocket } from "ws";
import type { Hostile } from "./hostile.ts";
import { callWildly, whatCameOf } from "./wild-call.ts";
import { type Wildness, configured, delta } from "./wild-model.ts";

const to = "the model's socket";
const goesOn = "the call goes on";

/** Who cares for a caller whose model is lost: another session, Twilio's word and then another one, or a person. */
const notAlone = new Set([goesOn, "1000 resume", "1000 fallback"]);

/** A model that is no use any more. What follows depends on how soon another session is there. */
const lost = (input: string, wildness: Wildness): Hostile => ({
  to,
  input,
  answer: "the caller is not left alone",
  async send(place) {
    const outcome = await whatCameOf(await callWildly(place, wildness));
    return notAlone.has(outcome) ? "the caller is not left alone" : outcome;
  },
});

/** A model that says these things as soon as it is configured. */
const saying = (input: string, messages: readonly (string | Uint8Array | object)[]): Hostile => ({
  to,
  input,
  answer: goesOn,
  send: async (place) => whatCameOf(await callWildly(place, (session) => sayAll(session, messages))),
});

function sayAll(session: WebSocket, messages: readonly (string | Uint8Array | object)[]): void {
  for (const message of messages)
    session.send(typeof message === "string" || message instanceof Uint8Array ? message : JSON.stringify(message));
}

/** Of several sessions of a call, only the first is wild. */
function once(wildness: Wildness): Wildness {
  let isDone = false;
  return (session) => {
    if (!isDone) wildness(session);
    isDone = true;
  };
}

const otherAudio = {
  type: "session.updated",
  session: { audio: { output: { format: { type: "audio/pcm", rate: 24_000 } } } },
};
const toolCall = (item: object): object => ({
  type: "response.output_item.done",
  response_id: "r",
  item: { type: "function_call", status: "completed", ...item },
});
const frames = (count: number): string => Buffer.alloc(160 * count, 0x7f).toString("base64");

export const fromTheModel: readonly Hostile[] = [
  saying("garbage", ["", "{", "[]", "null", "\u0000", '"text"', '{"type":7}', "{}"]),
  saying("bytes", [new Uint8Array(10_000)]),
  saying("an event of tomorrow", [{ type: "tomorrow.came" }, { type: "response.tomorrow" }, { type: "" }]),
  saying("2 MB of audio in one message", [delta(frames(10_000))]),
  saying("5 MB of nothing", [{ type: "response.output_text.delta", delta: "x".repeat(5_000_000) }]),
  saying("audio that is none", [delta("%%%"), delta(""), delta("AAA"), delta('","event":"clear')]),
  saying("audio without ids", [delta(frames(1), {}), delta(frames(1), { response_id: 1, item_id: null })]),
  saying("audio with ids of 100 kB", [
    delta(frames(1), { response_id: "r".repeat(100_000), item_id: "i".repeat(100_000) }),
  ]),
  saying(
    "audio of 500 responses at once",
    Array.from({ length: 500 }, (_, index) => delta(frames(1), { response_id: `r${index}`, item_id: `i${index}` })),
  ),
  saying("responses that end, and never began", [
    { type: "response.done", response: { id: "nobody's", status: "completed" } },
    { type: "response.done", response: {} },
    { type: "response.done" },
    { type: "response.output_audio.done", response_id: "nobody's", item_id: "nobody's" },
  ]),
  saying("items with names of others", [
    { type: "conversation.item.added", item: { id: "i", role: "user" }, previous_item_id: "i" },
    { type: "conversation.item.added", item: { id: "i", role: "user" }, previous_item_id: "nobody's" },
    { type: "conversation.item.added", item: {} },
    { type: "conversation.item.added" },
  ]),
  saying(
    "speech that starts a hundred times, and never stops",
    Array.from({ length: 100 }, (_, index) => ({
      type: "input_audio_buffer.speech_started",
      item_id: `s${index}`,
      audio_start_ms: -1,
    })),
  ),
  saying("speech that stops, and never started", [{ type: "input_audio_buffer.speech_stopped", audio_end_ms: 9e99 }]),
  saying("a tool that there is not", [toolCall({ call_id: "c1", name: "rm", arguments: "-rf" })]),
  saying("a tool's name from the prototype", [toolCall({ call_id: "c2", name: "constructor", arguments: "{}" })]),
  saying("a tool's arguments that are none", [toolCall({ call_id: "c3", name: "current_time", arguments: "{" })]),
  saying("a call to a number, which it may not place", [
    toolCall({ call_id: "c4", name: "transfer_call", arguments: '{"to":"+19005550100"}' }),
  ]),
  saying(
    "a hundred tool calls at once",
    Array.from({ length: 100 }, (_, index) =>
      toolCall({ call_id: `t${index}`, name: "current_time", arguments: "{}" }),
    ),
  ),
  saying("a tool call without a name, or an id", [toolCall({ call_id: "c5" }), toolCall({ name: "current_time" })]),
  saying("words that are none", [
    { type: "response.output_audio_transcript.delta", item_id: "i", delta: 7 },
    {
      type: "conversation.item.input_audio_transcription.completed",
      item_id: "nobody's",
      transcript: "x".repeat(50_000),
    },
    { type: "conversation.item.input_audio_transcription.completed" },
  ]),
  saying("usage that would bankrupt us", [
    { type: "response.done", response: { id: "r", usage: { input_tokens: 9e99, output_tokens: "many" } } },
  ]),
  saying("that it is ready, again and again", [configured, configured, configured]),
  saying("JSON, ten thousand deep", ["[".repeat(10_000), `{"type":${'{"a":'.repeat(10_000)}`]),
  saying("a prototype", ['{"__proto__":{"type":"error"},"type":"response.done","response":{"__proto__":{"id":"x"}}}']),
  saying(
    "1,000 messages at once",
    Array.from({ length: 1_000 }, () => ({ type: "response.content_part.added" })),
  ),
  lost("another kind of audio than was asked for", (session) => sayAll(session, [otherAudio])),
  lost("an end without a word", (session) => session.close(1000)),
  lost("an end with a code of its own", (session) => session.close(4999, "x".repeat(100))),
  lost("a connection that is gone", (session) => session.terminate()),
  lost(
    "a connection that is gone, once",
    once((session) => session.terminate()),
  ),
];
