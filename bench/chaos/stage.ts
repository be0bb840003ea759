import { houseNumber, startHouse } from "../../scripts/parts/house.ts";
import { sideVariables } from "../../scripts/parts/sides.ts";
import type { Fact } from "../../sim/openai/facts.ts";
import type { OpenAISession } from "../../sim/openai/server.ts";
import type { Reply, Scenario, Turn } from "../../sim/openai/scenario.ts";
import type { TwilioEvent } from "../../sim/twilio/twilio.ts";
import { hum, humming } from "../../sim/voice/hum.ts";
import type { Speak } from "../../sim/voice/voices.ts";
import { random } from "../../test/bridge/random.ts";
import { type RunningWorker, startWorker } from "../../test/world/miniflare.ts";
import { type Answer, answerBook } from "./answer-book.ts";
import { caller } from "./caller.ts";
import { type CallOnStage, callOnStage } from "./call-on-stage.ts";

/** Where calls are broken: the real Functions and Worker, the stand-ins, and callers who talk all the time. */
export type Stage = {
  worker: RunningWorker;
  /** Somebody calls, and has enough after `lifeMs`. The same seed makes the same caller. */
  call(plan: { seed: number; lifeMs: number }): Promise<CallOnStage>;
  close(): Promise<void>;
};

const greeting = "Hello, you are through.";
const shortestAnswerMs = 1_200;
const longestAnswerMs = 5_000;
/** More than any session is asked for. */
const replyCount = 1_000;

/** Starts it; `texts` are settings beside those that it needs. */
export async function startStage(texts: Record<string, string> = {}): Promise<Stage> {
  const book = answerBook();
  const calls: CallOnStage[] = [];
  /** Which session belongs to which call: its instructions name the caller, and no two callers have the same number. */
  const callOf = new Map<number, CallOnStage>();
  let worker: RunningWorker | undefined;

  function onModel(fact: Fact & { connectionIndex: number }): void {
    if (fact.type !== "session-configured") return;
    const call = calls.find(({ from }) => fact.instructions.includes(from));
    if (call !== undefined) callOf.set(fact.connectionIndex, call);
  }

  function onTwilio({ callSid, ...event }: TwilioEvent): void {
    if ("log" in event) calls.find((call) => call.callSid === callSid)?.note(event.log);
  }

  const house = await startHouse({
    texts: {
      SAY_GREETING: "off",
      MODEL_GREETING: greeting,
      SYSTEM_MESSAGE: "You talk with {{from}}.",
      LOG_EVENT_TYPES: "off",
      // Blows fall oftener than in nature: what is looked for is not where we give up.
      MAX_RESUMES: "20",
      ...texts,
      CHAOS: "on",
    },
    speak: terse,
    model: { scenario: (connectionIndex) => scenario(connectionIndex), onEvent: onModel },
    twilio: { onEvent: onTwilio },
    worker: async ({ texts, port }) => (worker = await startWorker({ ...sideVariables("worker", texts) }, { port })),
  });
  if (worker === undefined) throw new Error("the house was built without a Worker");
  const { openai, twilio } = house;

  function scenario(connectionIndex: number): Scenario {
    const dice = random(connectionIndex + 1);
    const reply = (turn: Turn): Reply => {
      const call = callOf.get(connectionIndex);
      if (call === undefined) return { items: [] };
      const { callSid, caller } = call;
      const answer = { callSid, why: reasonOf(turn), questionCount: caller.questionCount() };
      return { items: [book.write(answer, dice.between(shortestAnswerMs, longestAnswerMs))] };
    };
    return { replies: Array.from({ length: replyCount }, () => reply) };
  }

  function sessionsOf(call: CallOnStage): Pick<OpenAISession, "isOpen" | "befall">[] {
    const all = [...(openai?.sessions ?? []), ...(openai?.liveSessions ?? [])];
    return all.filter(({ connectionIndex }) => callOf.get(connectionIndex) === call);
  }

  return {
    worker,
    async call({ seed, lifeMs }) {
      const from = `+1555${String(calls.length).padStart(7, "0")}`;
      const who = caller({ dice: random(seed), lifeMs, question, book });
      const inbound = await twilio.inboundCall({ from, to: houseNumber, holder: who.holder });
      const call = callOnStage({ from, caller: who, inbound, house, sessionsOf });
      calls.push(call);
      return call;
    },
    close: () => house.close(),
  };
}

const question = hum("Can you tell me more of it?", "caller");

/** Twilio's sentences are cut short: nothing but their beginning matters. */
const terse: Speak = (text, voice) => humming(voice === "twilio" ? text.slice(0, 20) : text, voice);

function reasonOf({ cause, instructions }: Turn): Answer["why"] {
  if (cause.type === "speech") return "question";
  if (instructions?.includes(greeting)) return "greeting";
  return cause.type === "text" ? "text" : "otherwise";
}
