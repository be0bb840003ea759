import type { CallOnStage } from "./call-on-stage.ts";
import type { Fallen, Wait } from "./gap.ts";
import type { Outcome } from "./outcome.ts";
import type { RunningWorker } from "../../test/world/miniflare.ts";

/** A call that is over: what became of it, and what it left behind. */
export type CallResult = {
  callSid: string;
  /** When the call's time began. */
  answeredAtUnixMs: number;
  outcome: Outcome;
  blows: readonly Fallen[];
  waits: readonly Wait[];
  endMs: number;
  repeatedMs: number;
  repeatedCount: number;
  leftoverCount: number;
};

/** Waits for a call's end, and for what it holds open to be gone. */
export async function resultOf(call: CallOnStage, worker: RunningWorker): Promise<CallResult> {
  const outcome = await call.ended;
  const { caller, callSid, blows } = call;
  return {
    callSid,
    answeredAtUnixMs: call.answeredAtUnixMs(),
    outcome,
    blows,
    waits: caller.waits,
    endMs: caller.nowMs(),
    repeatedMs: caller.heard.repeatedMs(),
    repeatedCount: caller.heard.repeatedCount(),
    leftoverCount: await call.leftovers(worker),
  };
}
