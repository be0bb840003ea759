import { type WorkerSettings, parseSettings } from "../common/settings.ts";
import type { Call } from "./call.ts";

/** The Worker's bindings: the calls, and the settings as texts. */
export type Environment = { CALL: DurableObjectNamespace<Call> };

/** The Worker's variables and secrets: what among its bindings is a text. */
export const variablesOf = (environment: Environment): Record<string, string> =>
  Object.fromEntries(
    Object.entries<unknown>({ ...environment }).flatMap(([name, value]) =>
      typeof value === "string" ? [[name, value]] : [],
    ),
  );

/**
 * The settings among the bindings, checked.
 *
 * @throws SettingsError naming every wrong or missing setting, and how to mend it.
 */
export const readSettings = (environment: Environment): WorkerSettings =>
  parseSettings("worker", variablesOf(environment));
