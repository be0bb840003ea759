import { describe, expect, test } from "vitest";
import { defineAssistant } from "../../worker/assistants/assistant.ts";
import { runTool } from "../../worker/tools/run-tool.ts";
import { transferCall } from "../../worker/tools/transfer-call.ts";
import { context, going } from "./context.ts";

const anna = { name: "Anna", number: "+15553000001" };

/** The outcome when the model names somebody, and the caller may have numbers that begin with these prefixes. */
const putThrough = (to: string, mayDial?: readonly string[]) =>
  runTool(
    [transferCall([anna], { ...(mayDial && { mayDial }) })],
    { name: "transfer_call", arguments: JSON.stringify({ to, summary: "" }) },
    context,
    going(),
  );

describe("transfer_call to a number that the caller names", () => {
  test.each(["+1 (415) 555-0123", "+14155550123", "+49 30 901820"])("dials %s, of an allowed prefix", async (to) => {
    const { next } = await putThrough(to, ["+1415", "+49"]);
    expect(next).toMatchObject({ do: "transfer", transfer: { to: to.replace(/[^+\d]/g, ""), name: "that number" } });
  });

  test.each([
    ["+14165550123", "of another prefix"],
    ["+442079460000", "of another country"],
    ["+19005550123", "a premium number"],
    ["+19765550123", "a premium number of old"],
    ["+14159765550", "a premium exchange"],
    ["+8816312345678", "a satellite telephone"],
    ["+870773123456", "a ship's telephone"],
    ["+882161234567", "a network of no country"],
    ["+883510012345", "another network of no country"],
    ["+979123456789", "a premium number of no country"],
    ["+878101234567", "a personal number"],
    ["+888123456789", "relief in disasters"],
  ])("refuses %s, %s, and the model is told to say so", async (to) => {
    const result = await putThrough(to, ["+1415", "+190", "+197", "+87", "+88", "+97"]);
    expect(result).not.toHaveProperty("next");
    expect(result.output).toContain("Nobody is put through to that number: tell the caller");
  });

  test.each(["911", "+1911", "112", "4155550123", "+141555501234567890"])("does not dial %s", async (to) => {
    const result = await putThrough(to, ["+1"]);
    expect(result).not.toHaveProperty("next");
    expect(result.output).toContain("no whole phone number");
  });

  test("dials none without a prefix, and a person all the same", async () => {
    expect((await putThrough("+14155550123")).output).toContain("nobody of that name");
    expect((await putThrough("anna")).next).toMatchObject({ transfer: { to: anna.number } });
    expect((await putThrough("Ben", ["+1415"])).output).toContain("nobody of that name");
  });

  test("is told of in the tool's description", () => {
    expect(transferCall([], { mayDial: ["+1415", "+49"] }).description).toContain("begins with +1415 or +49.");
  });
});

describe("an assistant whose prefixes cannot be meant", () => {
  test.each([["+"], [""], ["1415"], ["+0"], ["+1 415"], ["+1900"], ["+88213"]])("is refused: %j", (prefix) => {
    expect(() => defineAssistant({ name: "a", mayDial: [prefix] })).toThrow(/mayDial holds/);
  });

  test("is one that may dial nobody at all", () => {
    expect(() => defineAssistant({ name: "a", mayDial: [] })).toThrow("there is nobody");
    expect(defineAssistant({ name: "a", people: [anna], mayDial: [] }).name).toBe("a");
  });
});
