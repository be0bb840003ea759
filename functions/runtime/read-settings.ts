import type { Context } from "@twilio-labs/serverless-runtime-types/types";
import { type FunctionsSettings, parseSettings, settingNames } from "../../common/settings.ts";

/**
 * The Functions' settings, from the variables of a Function's context. The account's SID and auth token are the
 * platform's own variables there, so that no copy of the token lies among ours (twilio.md 5.3).
 *
 * @throws SettingsError
 */
export const readSettings = (context: Context): FunctionsSettings =>
  parseSettings("functions", {
    TWILIO_ACCOUNT_SID: variable(context, "ACCOUNT_SID"),
    TWILIO_AUTH_TOKEN: variable(context, "AUTH_TOKEN"),
    ...Object.fromEntries(
      settingNames("functions").flatMap((name) => {
        const text = variable(context, name);
        return text === undefined ? [] : [[name, text]];
      }),
    ),
  });

// By name: locally, merely reading some of the context's other properties prints a warning.
function variable(context: Context, name: string): string | undefined {
  const value: unknown = Reflect.get(context, name);
  return typeof value === "string" ? value : undefined;
}
