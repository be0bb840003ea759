import { setTimeout as pause } from "node:timers/promises";
import { isCallSid } from "../../common/ids.ts";
import type { House } from "../../scripts/parts/house.ts";
import { withStandInAccount } from "../../scripts/parts/stand-in.ts";
import type { OpenAISession } from "../../sim/openai/server.ts";
import type { LogEntry } from "../../sim/twilio/call/call-log.ts";
import type { InboundCall } from "../../sim/twilio/twilio.ts";
import { inflict } from "../../test/world/inflict.ts";
import type { RunningWorker } from "../../test/world/miniflare.ts";
import { type Blow, kindOf } from "./blow.ts";
import type { Caller } from "./caller.ts";
import { type Outcome, outcomeOf } from "./outcome.ts";
import type { Fallen } from "./gap.ts";

/** A call that can be struck, and what has become of it. */
export type CallOnStage = {
  callSid: string;
  from: string;
  caller: Caller;
  answeredAtUnixMs(): number;
  /** The blows that fell, in their order. */
  readonly blows: readonly Fallen[];
  /** Takes note of what Twilio does: whatever follows a conversation that is given up, the call is not waited for. */
  note(entry: LogEntry): void;
  /** Strikes it; false when there is nothing to be struck just now. */
  strike(blow: Blow): Promise<boolean>;
  /** Settles when it is over, with what became of it. */
  ended: Promise<Outcome>;
  /** How many sockets and timers are left of it, after the time that they may take. */
  leftovers(worker: RunningWorker): Promise<number>;
};

type Parts = {
  from: string;
  caller: Caller;
  inbound: InboundCall;
  house: House;
  sessionsOf: (call: CallOnStage) => Pick<OpenAISession, "isOpen" | "befall">[];
};

/** No object and no socket outlives its call by more. */
const graceMs = 15_000;

export function callOnStage({ from, caller, inbound, house, sessionsOf }: Parts): CallOnStage {
  const { callSid, call } = inbound;
  const blows: Fallen[] = [];
  const log: LogEntry[] = [];
  let isOver = false;

  async function land(blow: Blow): Promise<boolean> {
    switch (blow.on) {
      case "model": {
        const session = sessionsOf(onStage).findLast((each) => each.isOpen());
        session?.befall(blow.fault);
        return session !== undefined;
      }
      case "stream":
        return call.befallStream(blow.fault);
      case "worker":
        if (!isCallSid(callSid)) return false;
        return (await inflict(house.workerUrl, withStandInAccount(house.texts), callSid, blow.fault)) === 200;
    }
  }

  async function openCount(worker: RunningWorker): Promise<number> {
    const { streamCount, modelLegCount, timerCount } = await worker.census(callSid);
    const sessionCount = sessionsOf(onStage).filter((each) => each.isOpen()).length;
    return streamCount + modelLegCount + timerCount + sessionCount;
  }

  const onStage: CallOnStage = {
    callSid,
    from,
    caller,
    answeredAtUnixMs: () => call.facts.answeredAt?.getTime() ?? 0,
    blows,
    note(entry) {
      log.push(entry);
      if (entry.kind === "verb" && (entry.verb === "Record" || entry.verb === "Dial")) call.end("completed");
    },
    async strike(blow) {
      const fallen = { kind: kindOf(blow), atMs: caller.nowMs() };
      if (isOver || !(await land(blow))) return false;
      blows.push(fallen);
      return true;
    },
    ended: inbound.ended.then(() => {
      isOver = true;
      return outcomeOf({ log, hasHungUp: caller.hasHungUp(), waits: caller.waits, endMs: caller.nowMs() });
    }),
    async leftovers(worker) {
      const deadlineMs = performance.now() + graceMs;
      let count = await openCount(worker);
      while (count > 0 && performance.now() < deadlineMs) {
        await pause(250);
        count = await openCount(worker);
      }
      return count;
    },
  };
  return onStage;
}
