import { describe, expect, test } from "vitest";
import { say } from "../../sim/openai/scenario.ts";
import { virtualCall } from "../world/virtual-call.ts";

const long = "I could go on about this for a very long time, because nobody ever told me when to stop talking.";

describe("a whole call in virtual time", () => {
  test("the caller asks, the agent answers, the caller interrupts, and the model keeps just what was heard", async () => {
    const call = await virtualCall({
      scenario: { replies: [say(long), say("All right.")] },
      script: [
        { step: "pause", ms: 300 },
        { step: "say", text: "Tell me something." },
        { step: "wait-for-agent", spokenMs: 1500 },
        { step: "say", text: "Stop please, that is enough." },
        { step: "wait-for-quiet" },
        { step: "hang-up" },
      ],
    });
    await call.run(20_000);
    expect(call.warnings).toEqual([]);
    const truncated = call.session.facts().filter((fact) => fact.type === "truncated");
    expect(truncated).toHaveLength(1);
    const [clear] = call.stream.heard.clears;
    expect(Math.abs((truncated[0]?.audioEndMs ?? 0) - (clear?.heardMs ?? 0))).toBeLessThanOrEqual(20);
    expect(call.session.facts().filter((fact) => fact.type === "objected")).toEqual([]);
    expect(call.conversation.end?.verdict).toBe("hang-up");
    expect(call.conversation.census()).toEqual({ streamCount: 0, modelLegCount: 0, timerCount: 0 });
  });
});
