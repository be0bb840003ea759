import { type Answer, type AnswerBook, answerBook } from "../../bench/chaos/answer-book.ts";
import type { Fallen } from "../../bench/chaos/gap.ts";
import { type House, houseNumber } from "../../scripts/parts/house.ts";
import type { Fact } from "../../sim/openai/facts.ts";
import { type Fault, type Reply, type Scenario, type Turn, callFunctions } from "../../sim/openai/scenario.ts";
import type { OpenAISession } from "../../sim/openai/server.ts";
import type { PhoneStep } from "../../sim/phone/step.ts";
import type { InboundCall, TwilioEvent } from "../../sim/twilio/twilio.ts";
import { until } from "./until.ts";

/** What a caller does, and the model beside answering each question once. */
export type Story = {
  script: readonly PhoneStep[];
  /** How long the answer to a question is; 2 s without. The greeting is question 0. */
  lengthMs?: (questionCount: number) => number;
  /** The tool that is called for each spoken question, before it is answered. */
  tool?: string;
};

/** A question of the caller's, in ms of the call. */
export type Question = { fromMs: number; toMs: number };

/** A call of which everything is known that was said in it. */
export type StoryCall = InboundCall & {
  readonly questions: readonly Question[];
  /** What befell it, in its own time. */
  readonly blows: readonly Fallen[];
  /** The sessions of the model that were configured for it, the first one first. */
  sessions(): OpenAISession[];
  /** Waits for a moment of the script, by its step and the time that has passed since, in the call's own time. */
  reaches(step: number, afterMs?: number): Promise<void>;
  /** Notes that something befalls it now. */
  struck(kind: string): void;
};

/** Whoever calls and answers in these stories: no answer is like another, so that each 20 ms heard are known. */
export type Troupe = {
  book: AnswerBook;
  /** What the house must be started with. */
  plan: {
    texts: Record<string, string>;
    model: { scenario: (connectionIndex: number) => Scenario; onEvent: (fact: Heard) => void };
    twilio: { onEvent: (event: TwilioEvent) => void };
  };
  call(house: Pick<House, "twilio" | "openai">, story: Story): Promise<StoryCall>;
};

type Heard = Fact & { connectionIndex: number };
type Part = Story & { from: string; callSid: string; stepsAtMs: number[]; questions: Question[] };

const greeting = "Hello, you are through.";
const usualMs = 2_000;
/** More than any session is asked for. */
const replyCount = 50;

/** `faultsOf` says what befalls the connections to the model, counted from 0. */
export function troupe(faultsOf: (connectionIndex: number) => Fault[] = () => []): Troupe {
  const book = answerBook();
  const parts: Part[] = [];
  /** Which session belongs to which call: its instructions name the caller, and no two callers have the same number. */
  const partOf = new Map<number, Part>();

  function configured(fact: Heard): void {
    if (fact.type !== "session-configured") return;
    const part = parts.find(({ from }) => fact.instructions.includes(from));
    if (part !== undefined) partOf.set(fact.connectionIndex, part);
  }

  function happened(event: TwilioEvent): void {
    const part = parts.find(({ callSid, from }) => [callSid, from].includes(event.callSid));
    if (part === undefined || !("phone" in event) || event.phone.event !== "step-began") return;
    const { step, atMs } = event.phone;
    const isTalking = part.questions.length > 0 && part.questions.at(-1)?.toMs === Infinity;
    if (isTalking) Object.assign(part.questions.at(-1) ?? {}, { toMs: atMs });
    if (step.step === "say") part.questions.push({ fromMs: atMs, toMs: Infinity });
    part.stepsAtMs.push(atMs);
  }

  /** What a session says belongs to the question that was begun last. */
  const replyIn = (connectionIndex: number) =>
    function reply(turn: Turn): Reply {
      const part = partOf.get(connectionIndex);
      if (part === undefined) return { items: [] };
      if (part.tool !== undefined && turn.cause.type === "speech")
        return callFunctions({ name: part.tool, arguments: {} });
      const { callSid, questions, lengthMs = () => usualMs } = part;
      const questionCount = questions.length;
      return { items: [book.write({ callSid, questionCount, why: reasonOf(turn) }, lengthMs(questionCount))] };
    };

  return {
    book,
    plan: {
      texts: {
        SAY_GREETING: "off",
        MODEL_GREETING: greeting,
        SYSTEM_MESSAGE: "You talk with {{from}}.",
        LOG_EVENT_TYPES: "off",
        CHAOS: "on",
      },
      model: {
        scenario: (connectionIndex) => ({
          replies: Array.from({ length: replyCount }, () => replyIn(connectionIndex)),
          // Hardly faster than it is heard: what is dropped in the midst of an answer is still being said.
          pace: { speed: 1.3, deltaBytes: 1_600 },
          faults: faultsOf(connectionIndex),
        }),
        onEvent: configured,
      },
      twilio: { onEvent: happened },
    },
    async call({ twilio, openai }, story) {
      const from = `+1555${String(parts.length).padStart(7, "0")}`;
      const part: Part = { ...story, from, callSid: from, stepsAtMs: [], questions: [] };
      parts.push(part);
      const inbound = await twilio.inboundCall({ from, to: houseNumber, script: story.script });
      part.callSid = inbound.callSid;
      const { recording } = inbound.phone;
      const blows: Fallen[] = [];
      const isOver = inbound.ended.then(() => true);
      return {
        ...inbound,
        questions: part.questions,
        blows,
        sessions: () => (openai?.sessions ?? []).filter(({ connectionIndex }) => partOf.get(connectionIndex) === part),
        reaches: (step, afterMs = 0) =>
          until(
            `step ${step} of the script`,
            () => recording.durationMs >= (part.stepsAtMs[step] ?? Infinity) + afterMs,
            isOver,
          ),
        struck: (kind) => void blows.push({ kind, atMs: recording.durationMs }),
      };
    },
  };
}

function reasonOf({ cause, instructions }: Turn): Answer["why"] {
  if (cause.type === "speech" || cause.type === "function-output") return "question";
  if (instructions?.includes(greeting)) return "greeting";
  return cause.type === "text" ? "text" : "otherwise";
}
