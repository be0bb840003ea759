import type { CallWishes } from "../common/outbound-call.ts";
import type { WorkerSettings } from "../common/settings.ts";
import type { Assistant } from "./assistants/assistant.ts";
import { assistantNamed, assistantsByNumber, defaultAssistant } from "./assistants/index.ts";
import type { Log } from "./log.ts";
import { type LookupAnswer, type LookupQuestion, lookUp } from "./lookup.ts";

/** Who answers a call, and what is known of the caller. */
export type Briefing = { assistant: Assistant; parameters: Readonly<Record<string, string>> };

/**
 * Settles who speaks in a call that came in: whom the operator's service names, or else who answers the called number.
 * Never rejects. `variables` are the Worker's own, as they were set.
 */
export async function brief(
  settings: WorkerSettings,
  variables: Readonly<Record<string, string>>,
  call: LookupQuestion,
  log: Log,
): Promise<Briefing> {
  const { assistant: name, parameters = {} } = (await askService(settings, call, log)) ?? {};
  return { assistant: assistantFor(name, call.to, variables, log), parameters };
}

/** Settles who speaks in a call that we have placed: as its wishes say, or else who answers the number it comes from. */
export function briefOutbound(
  wishes: CallWishes,
  variables: Readonly<Record<string, string>>,
  ourNumber: string | undefined,
  log: Log,
): Briefing {
  const assistant = assistantFor(wishes.assistant, ourNumber, variables, log);
  const { greeting = assistant.greeting, parameters } = wishes;
  return { assistant: { ...assistant, ...(greeting !== undefined && { greeting }) }, parameters };
}

/** The assistant of a name, or else of one of our numbers. */
function assistantFor(
  name: string | undefined,
  ourNumber: string | undefined,
  variables: Readonly<Record<string, string>>,
  log: Log,
): Assistant {
  const named = name === undefined ? undefined : assistantNamed(name);
  if (name !== undefined && named === undefined) log("assistant.unknown", { name });
  const assistant = named ?? assistantsByNumber[ourNumber ?? ""] ?? defaultAssistant;
  return assistant === defaultAssistant ? asSet(assistant, variables) : assistant;
}

async function askService(settings: WorkerSettings, call: LookupQuestion, log: Log): Promise<LookupAnswer | undefined> {
  if (settings.LOOKUP_URL === undefined) return undefined;
  try {
    return await lookUp(settings, settings.LOOKUP_URL, call, Date.now());
  } catch (error) {
    log("lookup.failed", { reason: error instanceof Error ? error.message : String(error) });
    return undefined;
  }
}

/** The default assistant, with what the settings say of it: whoever sets VOICE means the one who answers. */
function asSet(assistant: Assistant, variables: Readonly<Record<string, string>>): Assistant {
  const { instructions, voice, greeting, model, ...rest } = assistant;
  return {
    ...rest,
    ...(instructions !== undefined && !variables["SYSTEM_MESSAGE"] && { instructions }),
    ...(voice !== undefined && !variables["VOICE"] && { voice }),
    ...(greeting !== undefined && !variables["MODEL_GREETING"] && { greeting }),
    ...(model !== undefined && !variables["MODELS"] && { model }),
  };
}
