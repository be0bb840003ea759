import { setTimeout as pause } from "node:timers/promises";
import { type House, type HousePlan, houseNumber, startHouse } from "../../scripts/parts/house.ts";
import { sideVariables } from "../../scripts/parts/sides.ts";
import type { Scenario } from "../../sim/openai/scenario.ts";
import type { OpenAISession } from "../../sim/openai/server.ts";
import type { PhoneStep } from "../../sim/phone/step.ts";
import type { CallReport } from "../../sim/twilio/call/call-request.ts";
import { humming } from "../../sim/voice/hum.ts";
import type { Speak } from "../../sim/voice/voices.ts";
import type { Census } from "../../worker/census.ts";
import { freePort } from "../../scripts/parts/ports.ts";
import { type CastCall, casting } from "./casting.ts";
import { type RunningWorker, type Swaps, startWorker } from "./miniflare.ts";
import { type Switch, startSwitch } from "./switch.ts";

/** The house with its Worker under Miniflare, where a test can look into it. */
export type World = House & {
  worker: RunningWorker;
  /** What lies before the Worker, if it can be cut. */
  wire: Switch | undefined;
  /** Somebody calls, follows the script, and the call is over. The scenario is this call's alone. */
  callIn(script: readonly PhoneStep[], scenario?: Scenario): Promise<FinishedCall>;
  /** Somebody calls; the call goes on. */
  dial(script: readonly PhoneStep[], scenario?: Scenario): Promise<CastCall>;
};

export type FinishedCall = CallReport & {
  callSid: string;
  /** What the model had to do with it; the last session when there was more than one. */
  session: OpenAISession | undefined;
  /** The Worker's log lines about this call. */
  logLines: Record<string, unknown>[];
};

/**
 * With files of its own in the place of some of ours; `isSwitched`: what lies between everybody and the Worker can be
 * cut.
 */
type WorldPlan = Omit<HousePlan, "speak" | "worker"> & Swaps & { isSwitched?: boolean };

/** Starts it. Voices hum, so that no test waits for a synthesiser. */
export async function startWorld({ assistants, record, isSwitched, ...plan }: WorldPlan = {}): Promise<World> {
  let worker: RunningWorker | undefined;
  let wire: Switch | undefined;
  const cast = casting((index) => scenarioIn(plan, index));
  const house = await startHouse({
    ...plan,
    model: plan.model === "real" ? plan.model : { ...plan.model, scenario: cast.scenarioOf },
    speak: terse,
    worker: async ({ texts, port }) => {
      const ownPort = isSwitched ? await freePort() : port;
      if (isSwitched) wire = await startSwitch(port, ownPort);
      const settings = { ...sideVariables("worker", texts) };
      return (worker = await startWorker(settings, { port: ownPort, assistants, record }));
    },
  });
  if (worker === undefined) throw new Error("the house was built without a Worker");
  const running = worker;
  const dial: World["dial"] = (script, scenario) =>
    cast.dial(() => house.twilio.inboundCall({ from: "+15551230000", to: houseNumber, script }), scenario);
  return {
    ...house,
    worker: running,
    wire,
    dial,
    async callIn(script, scenario) {
      const { callSid, ended, connections } = await dial(script, scenario);
      const report = await ended;
      await expectNothingLeft(running, callSid);
      return {
        ...report,
        callSid,
        session: house.openai?.sessions.findLast(({ connectionIndex }) => connections.includes(connectionIndex)),
        logLines: running.logLines.filter((line) => line["callSid"] === callSid),
      };
    },
    async close() {
      try {
        for (const { facts } of house.twilio.calls()) await expectNothingLeft(running, facts.sid);
        await expectModelsClosed(house);
      } finally {
        await house.close();
        await wire?.close();
      }
    },
  };
}

/** What the model does unless a call says otherwise. */
function scenarioIn({ model = {} }: WorldPlan, connectionIndex: number): Scenario {
  const scenario = model === "real" ? undefined : model.scenario;
  return typeof scenario === "function" ? scenario(connectionIndex) : (scenario ?? {});
}

/** Hums; Twilio's own sentences are cut short, since nothing but their beginning matters to a test. */
const terse: Speak = (text, voice) => humming(voice === "twilio" ? text.slice(0, 10) : text, voice);

/** How long a leg may take to be gone once its call is over (twilio.md 11, item 34, allows a second). */
const graceMs = 2_000;

/** @throws Error when a call that is over still holds a socket or a timer. */
export async function expectNothingLeft(worker: RunningWorker, callSid: string): Promise<void> {
  let census: Census = await worker.census(callSid);
  for (let waitedMs = 0; waitedMs < graceMs && isOpen(census); waitedMs += 50) {
    await pause(50);
    census = await worker.census(callSid);
  }
  if (isOpen(census)) throw new Error(`${callSid} still holds ${JSON.stringify(census)}`);
}

const isOpen = ({ streamCount, modelLegCount, timerCount }: Census): boolean =>
  streamCount + modelLegCount + timerCount > 0;

async function expectModelsClosed({ openai }: House): Promise<void> {
  const sessions = () => [...(openai?.sessions ?? []), ...(openai?.liveSessions ?? [])];
  const openCount = (): number => sessions().filter((session) => session.isOpen()).length;
  for (let waitedMs = 0; waitedMs < graceMs && openCount() > 0; waitedMs += 50) await pause(50);
  if (openCount() > 0) throw new Error(`${openCount()} sockets to the model are still open`);
}
