import { describe, expect, test } from "vitest";
import { whatFollows } from "../../worker/bridge/what-follows.ts";

describe("what follows a stream", () => {
  test("whoever was taken over by a person is through with us, though nobody remembers the call", () => {
    expect(whatFollows(undefined, "taken")).toEqual({ verdict: "hang-up", say: "" });
    expect(whatFollows({ verdict: "fallback" }, "taken")).toEqual({ verdict: "hang-up", say: "" });
  });

  test("whoever was not, and finds the conversation over, is left to the ladder", () => {
    expect(whatFollows({ verdict: "hang-up", say: "" }, "no-answer")).toEqual({ verdict: "fallback" });
  });

  test("as is a call that nobody remembers", () => {
    expect(whatFollows(undefined, undefined)).toEqual({ verdict: "fallback" });
  });

  test("everything else is what the conversation wants", () => {
    expect(whatFollows({ verdict: "resume" }, "busy")).toEqual({ verdict: "resume" });
    expect(whatFollows({ verdict: "hang-up" }, undefined)).toEqual({ verdict: "hang-up" });
  });
});
