import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { auditPlayback } from "../../sim/audit.ts";
import { say } from "../../sim/openai/scenario.ts";
import type { PhoneStep } from "../../sim/phone/step.ts";
import { type FinishedCall, type World, startWorld } from "../world/world.ts";

let world: World;
beforeAll(async () => {
  world = await startWorld({ texts: { SAY_GREETING: "off" } });
});
afterAll(() => world.close());

const functionCall = (name: string, args: Record<string, unknown> | string = {}) =>
  ({ type: "function-call", name, arguments: args }) as const;
const speech = (text: string) => ({ type: "speech", text }) as const;

const asks: PhoneStep[] = [
  { step: "pause", ms: 1_000 },
  { step: "say", text: "Hello, please." },
];
/** Longer than the model needs to answer: what is cut may end late on a busy machine, and is no answer. */
const heardOut: PhoneStep = { step: "wait-for-quiet", quietMs: 2_000 };
const factsOf = (call: FinishedCall) => call.session?.realtime.facts() ?? [];
const objections = (call: FinishedCall) =>
  factsOf(call).filter(({ type }) => type === "objected" || type === "warning");
const responseTexts = (call: FinishedCall): string[] =>
  factsOf(call).flatMap((fact) => (fact.type === "response-started" ? [fact.text] : []));

describe.concurrent("tools, through the real Worker", () => {
  test("the model calls two at once: both are answered, and it goes on once", async () => {
    const call = await world.callIn([...asks, { step: "wait-for-quiet" }, { step: "hang-up" }], {
      replies: [
        { items: [functionCall("current_time", { time_zone: "Europe/Berlin" }), functionCall("nothing_of_ours")] },
        say("So it is."),
      ],
    });
    expect(objections(call)).toEqual([]);
    const outputs = call.session?.realtime.items().filter((item) => item.type === "function_call_output") ?? [];
    expect(outputs).toHaveLength(2);
    expect(responseTexts(call).at(-1)).toBe("So it is.");
    // Once for the caller, once for the tools.
    expect(call.session?.realtime.received()["response.create"]).toBe(2);
    expect(call.logLines.find(({ event }) => event === "tool.fault")).toMatchObject({ name: "nothing_of_ours" });
  });

  test("broken arguments are answered with a sentence, and the call goes on", async () => {
    const call = await world.callIn([...asks, { step: "wait-for-quiet" }, { step: "hang-up" }], {
      replies: [{ items: [functionCall("current_time", "{broken")] }, say("Sorry about that.")],
    });
    expect(objections(call)).toEqual([]);
    expect(responseTexts(call).at(-1)).toBe("Sorry about that.");
  });
});

describe.concurrent("the assistant hangs up, through the real Functions", () => {
  test("its last sentence is heard to the end, then Twilio says goodbye and the call is over", async () => {
    const call = await world.callIn(asks, {
      replies: [{ items: [speech("Goodbye, and have a nice day."), functionCall("hang_up")] }],
    });
    expect(objections(call)).toEqual([]);
    const heard = call.streams[0]?.heard;
    const spoken = call.session?.realtime.spoken() ?? [];
    expect(heard?.bytes).toBe(spoken.reduce((sum, { audio }) => sum + audio.length, 0));
    expect(auditPlayback(heard ?? { messages: [], clears: [], bytes: 0 }, spoken, factsOf(call))).toEqual([]);
    expect(call.logLines.find(({ event }) => event === "call.ended")).toMatchObject({
      verdict: "hang-up",
      reason: "the assistant hung up",
    });
    expect(call.log.flatMap((entry) => (entry.kind === "verb" ? [entry.verb] : []))).toEqual([
      "Connect",
      "Say",
      "Hangup",
    ]);
    expect(call.facts.status).toBe("completed");
    expect(call.logLines.map(({ event }) => event)).not.toContain("call.completed");
  });

  test("it gives way to a caller who speaks again, and says goodbye later", async () => {
    const call = await world.callIn(
      [
        ...asks,
        { step: "wait-for-agent", spokenMs: 600 },
        { step: "say", text: "Wait a moment." },
        heardOut,
        { step: "say", text: "No, that was all." },
      ],
      {
        replies: [
          { items: [speech("Goodbye then, it was a pleasure to talk with you."), functionCall("hang_up")] },
          say("Of course, what else?"),
          { items: [speech("Bye."), functionCall("hang_up")] },
        ],
      },
    );
    expect(objections(call)).toEqual([]);
    expect(responseTexts(call)).toEqual([
      "Goodbye then, it was a pleasure to talk with you. → hang_up",
      "Of course, what else?",
      "Bye. → hang_up",
    ]);
    expect(call.logLines.map(({ event }) => event)).toContain("farewell.taken-back");
  });

  test("keys reach the model as text, and it answers", async () => {
    const call = await world.callIn([
      { step: "pause", ms: 1_000 },
      { step: "press", digits: "42" },
      { step: "wait-for-quiet" },
      { step: "hang-up" },
    ]);
    expect(objections(call)).toEqual([]);
    expect(JSON.stringify(call.session?.realtime.items())).toContain("42");
    expect(responseTexts(call)).toHaveLength(1);
    expect(call.logLines.find(({ event }) => event === "caller.keys")).toMatchObject({ count: 2 });
  });
});
