import { onAzure, inBeta, onXai, realtime } from "../../world/virtual-models.ts";
import type { Harness } from "../harness.ts";

const noCredit = { type: "invalid_request_error", code: "insufficient_quota", message: "No credit." };
const url = "http://127.0.0.1/v1/realtime?model=gpt-realtime-2.1";
const rollover = "before its session ends by itself another takes over, between two sentences, and nobody hears of it";
const noPrice = "tokens, since no price is known";

export const openaiRealtime: Harness = {
  name: "OpenAI Realtime",
  model: realtime,
  request: { url, headers: { Authorization: "Bearer sk-test" } },
  append: "input_audio_buffer.append",
  hold: (forMs) => ({ type: "hold-session-updated", forMs }),
  refuse: { type: "error", atMs: 0, error: noCredit },
  otherwise: {},
  cannot: {},
};

export const azure: Harness = {
  ...openaiRealtime,
  name: "Azure OpenAI",
  model: onAzure,
  request: { url, headers: { "api-key": "sk-test" } },
  cannot: { "its cost is told": noPrice },
};

export const beta: Harness = {
  ...openaiRealtime,
  name: "Realtime beta",
  model: inBeta,
  request: { url, headers: { Authorization: "Bearer sk-test", "OpenAI-Beta": "realtime=v1" } },
  cannot: { "its cost is told": noPrice },
};

export const xai: Harness = {
  ...openaiRealtime,
  name: "xAI Grok Voice",
  model: onXai,
  // Its errors have no codes: what can be relied on is the end of the session.
  refuse: { type: "close", atMs: 0, code: 1008, reason: "no credit" },
  cannot: {
    "its cost is told": noPrice,
    [rollover]: "its sessions do not say when they end: one that has ended is followed by another",
    "a short word of the caller does not stop it": "stops at any sound: the service cannot be kept from it",
  },
};
