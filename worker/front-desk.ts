import type { Admission } from "../common/preparation.ts";
import type { Sentence } from "../common/sentence.ts";
import type { WorkerSettings } from "../common/settings.ts";
import { askAdmission, askWishes, tellCallIsOver } from "./ask-switchboard.ts";
import type { CallFacts } from "./assistants/placeholders.ts";
import { type SentenceName, fixedSentence } from "./assistants/sentences.ts";
import { type Briefing, brief, briefOutbound } from "./briefing.ts";
import { type Environment, switchboardOf, variablesOf } from "./environment.ts";
import type { Log } from "./log.ts";
import type { Setup } from "./record/batch.ts";
import { type SpendTab, openTab } from "./spend-tab.ts";
import type { Direction } from "./switchboard/spend-report.ts";

/** The two ends of the line, as far as they are known; `intent` names the wishes for a call that we have placed. */
export type Ends = { from: string | undefined; to: string | undefined; intent: string | undefined };

/** Who speaks, and what is known of the other side, and of the call. */
type Settled = Briefing & { facts: CallFacts & { direction: Direction } };

/** What is settled about a call before anybody speaks, once in its life. */
export type FrontDesk = {
  /** Whether the call is let in; nothing that can be asked about a call of ours, or while nobody can be asked. */
  admit(ends: Ends): Promise<Admission>;
  /** The call was let in before, and it is settled who speaks: another object knew. */
  resume(setup: Setup): void;
  /** The call is over. */
  over(): void;
  /** Whether the call was turned away, as far as that is known. */
  wasTurnedAway(): Promise<boolean>;
  /** Who speaks, and what is known. */
  brief(ends: Ends): Promise<Settled>;
  /** Where a conversation of this call tells what it has cost. */
  openTab(ends: Ends): SpendTab;
  /** What Twilio is to say in the assistant's stead, if it is settled by now who that is, and has such a sentence. */
  sentence: (which: SentenceName) => Promise<Sentence | undefined>;
};

/** The front desk of one call. */
export function frontDesk(env: Environment, settings: WorkerSettings, callSid: string, log: Log): FrontDesk {
  let admission: Promise<Admission> | undefined;
  let briefing: Promise<Settled> | undefined;

  const settle = async (ends: Ends): Promise<Settled> => settled(await askWho(ends), ends);

  function settled(briefing: Briefing, ends: Ends): Settled {
    const { parameters } = briefing;
    const { TIME_ZONE: timeZone } = settings;
    const { from, to } = ends;
    return { ...briefing, facts: { from, to, nowMs: Date.now(), timeZone, parameters, direction: directionOf(ends) } };
  }

  async function askWho({ from, to, intent }: Ends): Promise<Briefing> {
    const variables = variablesOf(env);
    if (intent === undefined) return brief(settings, variables, { callSid, from, to }, log);
    return briefOutbound(await askWishes(env, { intent, callSid }, log), variables, from, log);
  }

  /** Nobody is asked again: a lookup may count, or have changed its mind. */
  function known({ assistant, greeting, parameters, ...ends }: Setup): Settled {
    const ourNumber = directionOf(ends) === "in" ? ends.to : ends.from;
    const wishes = { assistant, greeting, parameters };
    return settled(briefOutbound(wishes, variablesOf(env), ourNumber, log), ends);
  }

  return {
    admit({ from, intent }) {
      if (intent !== undefined || !isLimited(settings)) return Promise.resolve("admit");
      return (admission ??= askAdmission(env, { from, callSid }, log));
    },
    resume(setup) {
      admission = Promise.resolve("admit");
      briefing ??= Promise.resolve(known(setup));
    },
    over() {
      if (admission !== undefined && settings.MAX_CONCURRENT_CALLS > 0) void tellCallIsOver(env, callSid, log);
    },
    wasTurnedAway: async () => admission !== undefined && (await admission) !== "admit",
    brief: (ends) => (briefing ??= settle(ends)),
    openTab: (ends) => openTab(() => switchboardOf(env), { callSid, direction: directionOf(ends) }, log),
    async sentence(which) {
      const known = await briefing;
      return known && fixedSentence(known.assistant.sentences, which, known.facts);
    },
  };
}

const directionOf = ({ intent }: Ends): Direction => (intent === undefined ? "in" : "out");

/** Whether there is anything for which a call that comes in may be turned away. */
const isLimited = (settings: WorkerSettings): boolean =>
  [
    settings.CALLS_PER_CALLER_PER_HOUR,
    settings.MAX_CONCURRENT_CALLS,
    settings.MAX_CALLS_PER_MINUTE,
    settings.MAX_USD_PER_HOUR,
    settings.MAX_USD_PER_DAY,
  ].some((limit) => limit > 0);
