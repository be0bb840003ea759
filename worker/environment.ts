import { text } from "../common/json.ts";
import { type WorkerSettings, parseSettings } from "../common/settings.ts";
import type { Call } from "./call.ts";

/** The Worker's bindings: the calls, and the settings as texts. */
export type Environment = { CALL: DurableObjectNamespace<Call> };

/**
 * The settings among the bindings, checked.
 *
 * @throws SettingsError naming every wrong or missing setting, and how to mend it.
 */
export function readSettings(environment: Environment): WorkerSettings {
  const texts = Object.entries<unknown>({ ...environment }).map(([name, value]) => [name, text(value)]);
  return parseSettings("worker", Object.fromEntries(texts));
}
