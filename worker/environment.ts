import type { Preparation, Prepared } from "../common/preparation.ts";
import { isToolVariable } from "../common/tool-variable.ts";
import { type WorkerSettings, parseSettings } from "../common/settings.ts";
import type { Judgement } from "../common/verdict.ts";

/** What the Worker asks of a call, beside handing it a stream. */
type CallObject = Rpc.DurableObjectBranded & {
  prepare(preparation: Preparation): Promise<Prepared>;
  verdict(): Promise<Judgement>;
};

/** The Worker's bindings: the calls, and the settings as texts. */
export type Environment = { CALL: DurableObjectNamespace<CallObject> };

/** The Worker's variables and secrets: what among its bindings is a text. */
export const variablesOf = (environment: Environment): Record<string, string> =>
  Object.fromEntries(
    Object.entries<unknown>({ ...environment }).flatMap(([name, value]) =>
      typeof value === "string" ? [[name, value]] : [],
    ),
  );

/** What of the settings and the variables must never be read by anybody. */
export const secretsOf = (settings: WorkerSettings, variables: Readonly<Record<string, string>>): string[] =>
  [
    ...Object.entries(variables).flatMap(([name, value]) => (isToolVariable(name) ? value : [])),
    settings.OPENAI_API_KEY,
    settings.AZURE_OPENAI_API_KEY,
    settings.XAI_API_KEY,
    settings.BETA_API_KEY,
    settings.TWILIO_AUTH_TOKEN,
    settings.TWILIO_AUTH_TOKEN_SECONDARY,
    settings.LINK_SECRET,
    settings.LOOKUP_SECRET,
  ].filter((secret) => secret !== undefined);

/**
 * The settings among the bindings, checked.
 *
 * @throws SettingsError naming every wrong or missing setting, and how to mend it.
 */
export const readSettings = (environment: Environment): WorkerSettings =>
  parseSettings("worker", variablesOf(environment));
