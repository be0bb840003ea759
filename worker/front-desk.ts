import type { Admission } from "../common/preparation.ts";
import type { Sentence } from "../common/sentence.ts";
import type { WorkerSettings } from "../common/settings.ts";
import { askAdmission, askWishes, tellCallIsOver } from "./ask-switchboard.ts";
import type { CallFacts } from "./assistants/placeholders.ts";
import { type SentenceName, fixedSentence } from "./assistants/sentences.ts";
import { type Briefing, brief, briefOutbound } from "./briefing.ts";
import { type Environment, variablesOf } from "./environment.ts";
import type { Log } from "./log.ts";

/** The two ends of the line, as far as they are known; `intent` names the wishes for a call that we have placed. */
export type Ends = { from: string | undefined; to: string | undefined; intent: string | undefined };

/** What is settled about a call before anybody speaks, once in its life. */
export type FrontDesk = {
  /** Whether the call is let in; nothing that can be asked about a call of ours, or while nobody can be asked. */
  admit(ends: Ends): Promise<Admission>;
  /** The call is over. */
  over(): void;
  /** Whether the call was turned away, as far as that is known. */
  wasTurnedAway(): Promise<boolean>;
  /** Who speaks, and what is known of the other side. */
  brief(ends: Ends): Promise<Briefing & { facts: CallFacts }>;
  /** What Twilio is to say in the assistant's stead, if it is settled by now who that is, and has such a sentence. */
  sentence: (which: SentenceName) => Promise<Sentence | undefined>;
};

/** The front desk of one call. */
export function frontDesk(env: Environment, settings: WorkerSettings, callSid: string, log: Log): FrontDesk {
  let admission: Promise<Admission> | undefined;
  let briefing: Promise<Briefing & { facts: CallFacts }> | undefined;

  async function settle(ends: Ends): Promise<Briefing & { facts: CallFacts }> {
    const known = await askWho(ends);
    const { from, to } = ends;
    const { TIME_ZONE: timeZone } = settings;
    return { ...known, facts: { from, to, nowMs: Date.now(), timeZone, parameters: known.parameters } };
  }

  async function askWho({ from, to, intent }: Ends): Promise<Briefing> {
    const variables = variablesOf(env);
    if (intent === undefined) return brief(settings, variables, { callSid, from, to }, log);
    return briefOutbound(await askWishes(env, { intent, callSid }, log), variables, from, log);
  }

  return {
    admit({ from, intent }) {
      const isLimited = settings.CALLS_PER_CALLER_PER_HOUR > 0 || settings.MAX_CONCURRENT_CALLS > 0;
      if (intent !== undefined || !isLimited) return Promise.resolve("admit");
      return (admission ??= askAdmission(env, { from, callSid }, log));
    },
    over() {
      if (admission !== undefined && settings.MAX_CONCURRENT_CALLS > 0) void tellCallIsOver(env, callSid, log);
    },
    wasTurnedAway: async () => admission !== undefined && (await admission) !== "admit",
    brief: (ends) => (briefing ??= settle(ends)),
    async sentence(which) {
      const known = await briefing;
      return known && fixedSentence(known.assistant.sentences, which, known.facts);
    },
  };
}
