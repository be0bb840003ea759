import { live } from "../../world/virtual-models.ts";
import type { Harness } from "../harness.ts";

export const gptLive: Harness = {
  name: "GPT-Live",
  model: live,
  request: { url: "http://127.0.0.1/v1/live/sessions", headers: { Authorization: "Bearer sk-test" } },
  append: "session.input_audio.append",
  hold: (forMs) => ({ type: "hold-session-started", forMs }),
  refuse: { type: "refuse-start", error: { type: "invalid_request_error", code: "forbidden", message: "Not here." } },
  otherwise: {
    "a short word of the caller does not stop it": "decides that by itself",
    "its memory is cut where it was heard": "no: it is told in words what was not heard, if that is more than a second",
  },
  cannot: {},
};
