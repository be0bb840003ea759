import { type Refusal, Refused } from "../../common/outbound-refusal.ts";
import { SettingsError, type FunctionsSettings } from "../../common/settings.ts";
import type { RequestFields } from "../runtime/fields.ts";
import { type Log, reason, requestLog } from "../runtime/log.ts";
import { readSettings } from "../runtime/read-settings.ts";
import type { Handler } from "../runtime/serve.ts";

/** A program's request, with all that is needed to answer it. */
export type Request = { fields: RequestFields; settings: FunctionsSettings; domain: string; log: Log };

/**
 * A Twilio Function that answers a program with JSON, exactly once: what `answer` gives, or the refusal that it throws.
 * Any other fault is ours: it is logged, and told in general words alone.
 */
export const serveJson =
  (functionName: string, answer: (request: Request) => Promise<object>): Handler =>
  (context, fields, callback) => {
    const log = requestLog(functionName, undefined);
    const answered = async (): Promise<object> =>
      asResponse(200, await answer({ fields, settings: readSettings(context), domain: context.DOMAIN_NAME, log }));
    answered()
      .catch((error: unknown) => refused(error, log))
      .then((response) => callback(null, response))
      .catch((error: unknown) => log("answer.lost", { reason: reason(error) }));
  };

function refused(error: unknown, log: Log): object {
  const { status, ...body } = error instanceof Refused ? error.refusal : ourFault(error);
  log("refused", { status, code: body.code, reason: error instanceof Refused ? undefined : reason(error) });
  return asResponse(status, body);
}

function ourFault(error: unknown): Refusal {
  const message =
    error instanceof SettingsError ? "The Functions' settings are missing or wrong." : "Something went wrong here.";
  return { status: 500, code: "misconfigured", message, fix: "Read the Function's log: it says what and why." };
}

function asResponse(status: number, body: object): object {
  const response = new Twilio.Response()
    .setStatusCode(status)
    .appendHeader("Content-Type", "application/json; charset=utf-8")
    .appendHeader("Cache-Control", "no-store")
    .appendHeader("X-Content-Type-Options", "nosniff")
    .setBody(JSON.stringify(body));
  return status === 401 ? response.appendHeader("WWW-Authenticate", "Bearer") : response;
}
