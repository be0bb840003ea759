import { describe, expect, test } from "vitest";
import { builtInTools } from "../../worker/tools/index.ts";
import { runTool } from "../../worker/tools/run-tool.ts";
import { sendDigits } from "../../worker/tools/send-digits.ts";
import { context, going } from "./context.ts";

const run = (name: string, args: object, facts = context) =>
  runTool([...builtInTools, sendDigits], { name, arguments: JSON.stringify(args) }, facts, going());

describe("hang_up", () => {
  test.each([[{}], [{ reason: "the caller said goodbye" }]])("ends the call after the goodbye: %j", async (args) => {
    const { output, next, fault } = await run("hang_up", args);
    expect([next, fault]).toEqual([{ do: "hang-up" }, undefined]);
    expect(output).toContain("once the caller has heard your goodbye");
  });

  test("does not end the call when its arguments are wrong", async () => {
    expect(await run("hang_up", { reason: 3 })).not.toHaveProperty("next");
  });
});

describe("current_time", () => {
  test.each([
    [{}, "Monday, 23 November 2026, 14:05 (Europe/Berlin)"],
    [{ time_zone: "UTC" }, "Monday, 23 November 2026, 13:05 (UTC)"],
    [{ time_zone: "Asia/Tokyo" }, "Monday, 23 November 2026, 22:05 (Asia/Tokyo)"],
    [{ time_zone: "Pacific/Kiritimati" }, "Tuesday, 24 November 2026, 03:05 (Pacific/Kiritimati)"],
  ])("%j: %s", async (args, output) => {
    expect(await run("current_time", args)).toEqual({ output });
  });

  test("midnight is 00:00", async () => {
    const midnight = { ...context, nowMs: Date.UTC(2027, 0, 1), timeZone: "UTC" };
    expect((await run("current_time", {}, midnight)).output).toBe("Friday, 1 January 2027, 00:00 (UTC)");
  });

  test.each(["Mars/Olympus_Mons", "Berlin", ""])("a zone that does not exist is said to be none: %j", async (zone) => {
    const { output, fault } = await run("current_time", { time_zone: zone });
    expect(output).toBe("The tool was not run: time_zone must be an IANA time zone, such as Europe/Berlin.");
    expect(fault).toMatch(/^arguments: time_zone/);
  });
});

describe("send_digits", () => {
  test("presses keys, with pauses between them", async () => {
    expect((await run("send_digits", { digits: "1ww2*#" })).next).toEqual({ do: "send-digits", digits: "1ww2*#" });
  });

  test.each(["1W2", "one", "1,2", "1 2"])("presses nothing that Twilio cannot: %j", async (digits) => {
    const result = await run("send_digits", { digits });
    expect(result).not.toHaveProperty("next");
    expect(result.output).toContain("a small w alone");
  });
});
