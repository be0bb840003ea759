import { describe, expect, test } from "vitest";
import { virtualClock } from "../../sim/clock.ts";
import { runTool } from "../../worker/tools/run-tool.ts";
import { type Tool, ToolError, type ToolResult, defineTool } from "../../worker/tools/tool.ts";
import { context, going } from "./context.ts";

const never = (): Promise<ToolResult> => new Promise(() => {});

/** A tool that takes a `size` and does what the test wants. */
const toolThat = (run: Tool["run"]): Tool =>
  defineTool({
    name: "order",
    description: "Orders.",
    parameters: { type: "object", properties: { size: { type: "string" } }, required: ["size"] },
    timeoutMs: 5_000,
    run,
  });

const call = { name: "order", arguments: '{"size":"small"}' };
const run = (tool: Tool, json = call.arguments) => runTool([tool], { ...call, arguments: json }, context, going());

describe("a call of a tool", () => {
  test("gets the tool's own result, and no fault", async () => {
    const tool = toolThat(async () => ({ output: "done", next: { do: "hang-up" } }));
    expect(await run(tool)).toEqual({ output: "done", next: { do: "hang-up" } });
  });

  test("tells the tool about the phone call", async () => {
    const tool = toolThat(async (_, { callSid, from, timeZone }) => ({ output: `${callSid} ${from} ${timeZone}` }));
    expect((await run(tool)).output).toBe(`${context.callSid} ${context.from} ${context.timeZone}`);
  });

  test("of an unknown tool is answered", async () => {
    const outcome = await runTool([], call, context, going());
    expect(outcome).toEqual({ output: "There is no tool of this name.", fault: "unknown tool" });
  });

  test.each([
    ["{", "the arguments must be a JSON object"],
    ['["small"]', "the arguments must be a JSON object"],
    ["null", "the arguments must be a JSON object"],
    ["", "size is missing"],
    ['{"size":4711}', "size must be a text"],
  ])("with the arguments %s runs nothing and says why", async (json, fault) => {
    let hasRun = false;
    const outcome = await run(
      toolThat(async () => {
        hasRun = true;
        return { output: "" };
      }),
      json,
    );
    expect(outcome).toEqual({ output: `The tool was not run: ${fault}.`, fault: `arguments: ${fault}` });
    expect(hasRun).toBe(false);
  });

  test.each<[string, Tool["run"]]>([
    ["rejects", () => Promise.reject(new TypeError("secret 4711 at line 3"))],
    [
      "throws at once",
      () => {
        throw new TypeError("secret 4711 at line 3");
      },
    ],
  ])("whose tool %s gets a neutral sentence, and the log only the error's name", async (_, body) => {
    const outcome = await run(toolThat(body));
    expect(outcome).toEqual({
      output: "The tool failed; whether it had an effect is unknown.",
      fault: "threw TypeError",
    });
  });

  test("whose tool throws what is no error is answered, too", async () => {
    const tool = toolThat(() => Promise.reject("secret 4711"));
    expect((await run(tool)).fault).toBe("threw");
  });

  test("whose tool foresaw the failure gets the tool's own words", async () => {
    const tool = toolThat(() => Promise.reject(new ToolError("We are out of milk.", "stock: milk")));
    expect(await run(tool)).toEqual({ output: "We are out of milk.", fault: "stock: milk" });
  });

  test.each([8_000, 8_001, 100_000])("an output of %i characters reaches the model within 8,000", async (length) => {
    const { output } = await run(toolThat(async () => ({ output: "x".repeat(length) })));
    expect(output.length).toBe(8_000);
    expect(output.endsWith("[The rest was cut off.]")).toBe(length > 8_000);
  });

  test.each([0, 1])("a cut leaves no half character (offset %i)", async (offset) => {
    const { output } = await run(toolThat(async () => ({ output: "x".repeat(offset) + "🎁".repeat(5_000) })));
    expect(output).not.toMatch(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])/);
    expect(output).toContain("[The rest was cut off.]");
  });
});

describe("a tool that takes too long", () => {
  test("is told to stop when its time is up, and the model that the result is unknown", async () => {
    const clock = virtualClock();
    const signals: AbortSignal[] = [];
    const tool = toolThat((_, { signal }) => {
      signals.push(signal);
      return never();
    });
    const running = runTool([tool], call, context, going(), clock);
    clock.advance(4_999);
    expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
    clock.advance(1);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
    expect(await running).toEqual({
      output: "The tool did not answer in time; whether it had an effect is unknown.",
      fault: "timeout 5000 ms",
    });
  });

  test("is timed out by the platform's clock, too", async () => {
    const tool = { ...toolThat(never), timeoutMs: 5 };
    expect((await run(tool)).fault).toBe("timeout 5 ms");
  });

  test("may fail after its time without harm", async () => {
    const tool = toolThat(async (_, { signal }) => {
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      throw new Error("too late");
    });
    const outcome = await runTool([{ ...tool, timeoutMs: 5 }], call, context, going());
    expect(outcome.fault).toBe("timeout 5 ms");
  });
});

describe("a call that ends meanwhile", () => {
  test("aborts the tool and is quiet, whether the tool heeds it or not", async () => {
    const hangUp = new AbortController();
    let isTold = false;
    const tool = toolThat((_, { signal }) => {
      signal.addEventListener("abort", () => (isTold = true));
      return never();
    });
    const running = runTool([tool], call, context, hangUp.signal);
    hangUp.abort();
    expect(await running).toEqual({ output: "The call is over." });
    expect(isTold).toBe(true);
  });

  test("before the tool began runs nothing", async () => {
    let hasRun = false;
    const tool = toolThat(async () => {
      hasRun = true;
      return { output: "" };
    });
    expect(await runTool([tool], call, context, AbortSignal.abort())).toEqual({ output: "The call is over." });
    expect(hasRun).toBe(false);
  });
});

test.each<[string, Tool["run"], string]>([
  ["a call that went well", async () => ({ output: "done" }), call.arguments],
  ["broken arguments", async () => ({ output: "done" }), "{"],
  ["a tool that failed", () => Promise.reject(new Error("broken")), call.arguments],
])("a hang-up after %s disturbs nobody", async (_, body, json) => {
  const hangUp = new AbortController();
  await runTool([toolThat(body)], { ...call, arguments: json }, context, hangUp.signal);
  hangUp.abort();
  // A rejection that nobody minds would fail the run after this.
  await new Promise((resolve) => setImmediate(resolve));
});

/** Minds, as workerd's own does, on what it is called. */
function strictFetch(this: unknown): Promise<Response> {
  return this === undefined ? Promise.resolve(new Response("found")) : Promise.reject(new TypeError("this"));
}

test("a tool may call fetch as the context's method", async () => {
  const tool = toolThat(async (_, context) => ({ output: await (await context.fetch("https://example.com")).text() }));
  expect(await runTool([tool], call, { ...context, fetch: strictFetch }, going())).toEqual({ output: "found" });
});

test.each<[string, Tool["run"]]>([
  ["a result", async () => ({ output: "done" })],
  ["an error", () => Promise.reject(new Error("broken"))],
])("%s leaves no timer behind", async (_, body) => {
  const clock = virtualClock();
  await runTool([toolThat(body)], call, context, going(), clock);
  expect(clock.pendingCount()).toBe(0);
});
