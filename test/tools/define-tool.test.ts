import { describe, expect, expectTypeOf, test } from "vitest";
import { builtInTools } from "../../worker/tools/index.ts";
import { defineTool } from "../../worker/tools/tool.ts";
import { context, going } from "./context.ts";

const base = {
  name: "order_coffee",
  description: "Orders a coffee.",
  parameters: { type: "object", properties: {} },
  run: () => ({ output: "" }),
} as const;

describe("a definition", () => {
  test("types the arguments of run by its parameters", async () => {
    const tool = defineTool({
      ...base,
      parameters: {
        type: "object",
        properties: {
          size: { type: "string", enum: ["small", "large"] },
          cups: { type: "integer" },
          tags: { type: "array", items: { type: "string" } },
          card: { type: "object", properties: { isMember: { type: "boolean" } }, required: ["isMember"] },
        },
        required: ["size"],
      },
      run(args) {
        expectTypeOf(args.size).toEqualTypeOf<"small" | "large">();
        expectTypeOf(args.cups).toEqualTypeOf<number | undefined>();
        expectTypeOf(args.tags).toEqualTypeOf<string[] | undefined>();
        expectTypeOf(args.card?.isMember).toEqualTypeOf<boolean | undefined>();
        return { output: `${args.cups ?? 1} ${args.size}` };
      },
    });
    const args = { size: "large", cups: 2 };
    expect(await tool.run(args, { ...context, signal: going() })).toEqual({ output: "2 large" });
  });

  test("gives the model a closed schema, ten seconds and no filler by itself", () => {
    const { parameters, timeoutMs, filler } = defineTool(base);
    expect(parameters).toEqual({ type: "object", properties: {}, additionalProperties: false });
    expect([timeoutMs, filler]).toEqual([10_000, undefined]);
  });

  test.each([
    [{ name: "order coffee" }, "its name must be"],
    [{ name: "" }, "its name must be"],
    [{ name: "x".repeat(65) }, "its name must be"],
    [{ description: " " }, "its description is empty"],
    [{ timeoutMs: 0 }, "timeoutMs must be from 1 to 600000"],
    [{ timeoutMs: Number.NaN }, "timeoutMs must be"],
    [{ timeoutMs: 3_000_000_000 }, "timeoutMs must be"],
    [{ parameters: { type: "object", properties: {}, required: ["a"] } as const }, "parameters.required names a"],
  ])("that cannot work is refused with the tool named: %j", (part, fault) => {
    const definition = { ...base, ...part };
    expect(() => defineTool(definition)).toThrow(
      `The tool "${definition.name}" cannot be offered to the model: ${fault}`,
    );
  });

  test("the built-in tools have one name each", () => {
    const names = builtInTools.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});
