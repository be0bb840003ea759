import type { ToolContext } from "../../worker/tools/tool.ts";

/** What a tool is told about a call that never rang. */
export const context: Omit<ToolContext, "signal"> = {
  callSid: "CA00000000000000000000000000000001",
  idempotencyKey: "CA00000000000000000000000000000001.call_1",
  from: "+15550100001",
  to: "+15550100002",
  nowMs: Date.UTC(2026, 10, 23, 13, 5),
  timeZone: "Europe/Berlin",
  parameters: {},
  fetch,
  askKeys: () => Promise.resolve(""),
};

/** A call that goes on. */
export const going = (): AbortSignal => new AbortController().signal;
