import { expect, test, vi } from "vitest";
import { openLeg } from "../../worker/model-leg.ts";
import { openaiRealtime } from "../../worker/models/openai-realtime/protocol.ts";
import { plainModel } from "../world/plain-model.ts";
import { platformClock } from "../../worker/clock.ts";

const socket = { isOpen: true, send: () => undefined, close: () => undefined };

test("a message of the model of more than a megabyte is counted, and not even read", () => {
  const [happened, received] = [vi.fn(), vi.fn()];
  const leg = openLeg(openaiRealtime(plainModel), socket, { happened, received }, platformClock);
  const created = '{"type":"session.created"}';
  leg.receive(created.padEnd(1_048_577));
  expect(received.mock.calls).toEqual([[{ name: "", events: [], fault: "too-large" }]]);
  expect(happened).not.toHaveBeenCalled();
  leg.receive(created.padEnd(1_048_576));
  expect(happened).toHaveBeenCalledOnce();
});
