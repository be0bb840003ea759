import { describe, expect, test } from "vitest";
import { virtualClock } from "../../sim/clock.ts";
import type { BridgeEvent } from "../../worker/bridge/events.ts";
import { type Bench, dialFirst } from "../../worker/dial-first.ts";
import type { ModelListener } from "../../worker/model-leg.ts";
import type { Candidate } from "../../worker/models/index.ts";
import { openaiRealtime } from "../../worker/models/openai-realtime/protocol.ts";
import { plainModel } from "../world/plain-model.ts";

const candidate = (model: string): Candidate => ({ model, provider: () => openaiRealtime({ ...plainModel, model }) });
const failed: BridgeEvent = { type: "model.failed", reason: "no" };
const ready: BridgeEvent = { type: "model.ready" };
const opened: BridgeEvent = { type: "model.opened" };

/** Dials models whose legs are in the hands of the test. */
function dialling(models: string[], bench: Bench = new Map(), clock = virtualClock()) {
  const heard: BridgeEvent[] = [];
  const passed: string[] = [];
  const dialled: { model: string; listener: ModelListener; isOpen: boolean; sent: string[] }[] = [];
  const leg = dialFirst(
    models.map(candidate),
    { happened: (event) => void heard.push(event), received: () => undefined },
    {
      clock,
      bench,
      passedOver: (model, reason) => void passed.push(`${model}: ${reason}`),
      dial(provider, listener) {
        const model = new URL(provider.request.url).searchParams.get("model") ?? "";
        const line = { model, listener, isOpen: true, sent: new Array<string>() };
        dialled.push(line);
        return {
          send: ({ type }) => void line.sent.push(type),
          close: () => void (line.isOpen = false),
          get isOpen() {
            return line.isOpen;
          },
        };
      },
    },
  );
  const last = () => dialled.at(-1) ?? expect.fail("nobody was dialled");
  return {
    leg,
    heard,
    passed,
    dialled,
    bench,
    clock,
    last,
    happens: (event: BridgeEvent) => last().listener.happened(event),
  };
}

describe("several models", () => {
  test("the first that starts serves the call, and nobody hears of the ones before", () => {
    const call = dialling(["a", "b", "c"]);
    call.happens(opened);
    call.happens(failed);
    call.happens({ type: "model.closed", code: 1006, reason: "" });
    call.happens(opened);
    call.happens(ready);
    expect(call.dialled.map(({ model }) => model)).toEqual(["a", "b", "c"]);
    expect(call.dialled.map(({ isOpen }) => isOpen)).toEqual([false, false, true]);
    expect(call.heard).toEqual([opened, opened, ready]);
    expect(call.passed).toEqual(["a: no", "b: closed 1006"]);
  });

  test("one that is not ready in time has had its chance; what it says later is nothing", () => {
    const call = dialling(["a", "b"]);
    call.clock.advance(2_000);
    expect(call.dialled.map(({ model }) => model)).toEqual(["a", "b"]);
    call.dialled[0]?.listener.happened(ready);
    call.happens(ready);
    expect(call.heard).toEqual([ready]);
    call.clock.advance(60_000);
    expect(call.dialled).toHaveLength(2);
    expect(call.clock.pendingCount()).toBe(0);
  });

  test("a configuration that is refused is no start", () => {
    const call = dialling(["a", "b"]);
    call.leg.send({ type: "model.configure", commandId: "c1", history: [] });
    call.happens({ type: "model.command-refused", commandId: "c1", refusal: "invalid", message: "No such voice." });
    expect(call.passed).toEqual(["a: No such voice."]);
  });

  test("the failure of the last is the call's", () => {
    const call = dialling(["a", "b"]);
    call.happens(failed);
    call.happens(failed);
    expect(call.heard).toEqual([failed]);
  });

  test("one that has started stays: its failure is no matter of the others", () => {
    const call = dialling(["a", "b"]);
    call.happens(ready);
    call.happens(failed);
    expect(call.heard).toEqual([ready, failed]);
    expect(call.dialled).toHaveLength(1);
  });

  test("one that failed rests for five minutes, for the next calls, too; then it is the first again", () => {
    const first = dialling(["a", "b"]);
    first.happens(failed);
    first.happens(ready);
    first.clock.advance(60_000);
    expect(dialling(["a", "b"], first.bench, first.clock).last().model).toBe("b");
    first.clock.advance(5 * 60_000);
    expect(dialling(["a", "b"], first.bench, first.clock).last().model).toBe("a");
  });

  test("when all of them rest, they are tried all the same", () => {
    const first = dialling(["a", "b"]);
    first.happens(failed);
    first.happens(failed);
    const second = dialling(["a", "b"], first.bench, first.clock);
    second.happens(failed);
    expect(second.dialled.map(({ model }) => model)).toEqual(["a", "b"]);
  });

  test("a call that ends while one is dialled dials no other, and blames nobody", () => {
    const call = dialling(["a", "b"]);
    call.leg.close();
    call.happens({ type: "model.closed", code: 1000, reason: "" });
    call.clock.advance(10_000);
    expect(call.dialled).toHaveLength(1);
    expect(call.bench.size).toBe(0);
    expect(call.clock.pendingCount()).toBe(0);
  });

  test("orders go to the one that is being dialled", () => {
    const call = dialling(["a", "b"]);
    call.happens(failed);
    call.leg.send({ type: "model.configure", commandId: "c1", history: [] });
    expect(call.dialled.map(({ sent }) => sent)).toEqual([[], ["model.configure"]]);
  });

  test("without any there is none to be had", () => {
    expect(dialling([]).heard).toEqual([{ type: "model.failed", reason: "no model can be had" }]);
  });
});
