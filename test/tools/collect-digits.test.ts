import { describe, expect, test } from "vitest";
import { collectDigits } from "../../worker/tools/collect-digits.ts";
import { runTool } from "../../worker/tools/run-tool.ts";
import type { KeyRequest } from "../../worker/tools/tool.ts";
import { context, going } from "./context.ts";

const call = { name: "collect_digits", arguments: '{"max_digits":4}' };
const pressing = (digits: string, requests: KeyRequest[] = []) => ({
  ...context,
  askKeys: (request: KeyRequest) => {
    requests.push(request);
    return Promise.resolve(digits);
  },
});

describe("collect_digits", () => {
  test("the model learns how many digits there were, and not which", async () => {
    const requests: KeyRequest[] = [];
    const outcome = await runTool([collectDigits()], call, pressing("1234", requests), going());
    expect(outcome).toEqual({ output: "The caller typed 4 digits." });
    expect(requests).toMatchObject([{ maxDigits: 4, endKey: "#" }]);
  });

  test("the model learns that nothing was typed", async () => {
    expect(await runTool([collectDigits()], call, pressing(""), going())).toEqual({
      output: "The caller typed nothing.",
    });
  });

  test("a handler gets the digits, and says what the model learns", async () => {
    const check = collectDigits((digits) => (digits === "1234" ? "The PIN is right." : "The PIN is wrong."));
    expect(await runTool([check], call, pressing("1234"), going())).toEqual({ output: "The PIN is right." });
    expect(await runTool([check], call, pressing("4321"), going())).toEqual({ output: "The PIN is wrong." });
  });

  test("a handler that fails tells nothing of the digits", async () => {
    const check = collectDigits((digits) => {
      throw new Error(`no such PIN: ${digits}`);
    });
    expect(JSON.stringify(await runTool([check], call, pressing("1234"), going()))).not.toContain("1234");
  });
});
