import { expect, test } from "vitest";
import { virtualClock } from "../../sim/clock.ts";
import { converse } from "../../worker/conversation.ts";
import type { ModelListener } from "../../worker/model-leg.ts";
import { modelAudio } from "../../worker/models/model-audio.ts";

test("clear has left before the model's word that the caller speaks is dealt with: within one turn of the event loop", () => {
  const sent: string[] = [];
  const commands: string[] = [];
  let model: ModelListener | undefined;
  const conversation = converse({
    dial: (listener) => {
      model = listener;
      return { send: ({ type }) => void commands.push(type), close: () => undefined, isOpen: true };
    },
    clock: virtualClock(),
    bridge: {},
    runTool: () => Promise.resolve({ output: "" }),
    completeCall: () => undefined,
    redirectCall: () => undefined,
    loggedModelEvents: new Set(),
    log: () => undefined,
  });
  const socket = { send: (text: string) => void sent.push(text), close: () => undefined, isOpen: true };
  conversation.begin({ socket, streamSid: "MZ1", said: undefined });
  model?.happened({ type: "model.opened" });
  model?.happened({ type: "model.ready" });
  model?.happened({ type: "model.response-started", responseId: "r" });
  const audio = { ...modelAudio("r", "a", "/////w=="), durationMs: 4_000 };
  model?.happened(audio);
  sent.length = 0;

  model?.happened({ type: "model.speech-started", itemId: "c" });
  model?.happened(audio);

  // The mark is echoed by the clear, and tells where the phone was.
  const [mark, clear, ...later] = sent;
  expect(mark).toContain('"event":"mark"');
  expect(clear).toBe('{"event":"clear","streamSid":"MZ1"}');
  expect(later).toEqual([]);
  conversation.takeFromCaller(mark);
  expect(commands.at(-1)).toBe("model.truncate");
});
