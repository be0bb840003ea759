import { describe, expect, test } from "vitest";
import { ContinuousResponses } from "../../worker/bridge/continuous-responses.ts";
import { kinds, only } from "./line.ts";

function responses(): ContinuousResponses {
  let count = 0;
  const live = new ContinuousResponses(() => `c${(count += 1)}`);
  live.begin();
  return live;
}

describe("what we want said by a model that listens while it speaks", () => {
  test("a caller who is back hears it go on, and work that was left with the line goes on, too", () => {
    const live = responses();
    live.started("r1");
    live.ended("r1", "completed", false);
    const orders = live.owe("return");
    expect(only(orders, "model.create-response").map(({ instructions }) => instructions === undefined)).toEqual([
      true,
      false,
    ]);
    live.started("r2");
    live.ended("r2", "completed", false);
    expect(kinds(live.owe("tools"))).toContain("model.create-response");
  });

  test("to a machine only what insists is said", () => {
    const live = responses();
    live.callerSpeaks();
    live.request({ instructions: "Hello." });
    live.answerNobody();
    live.callerStopped();
    expect(kinds(live.turnUnanswered())).not.toContain("model.create-response");
    expect(kinds(live.request({ instructions: "A message.", insists: true }))).toContain("model.create-response");
  });
});
