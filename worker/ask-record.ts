import { asked } from "./asked.ts";
import { type Environment, recordOf } from "./environment.ts";
import type { Log } from "./log.ts";
import type { Recalled, RecordAdmission } from "./record/batch.ts";

const away = "record.away";

/**
 * Whether a token may be spent, once in all time, and what is known of a call that goes on. While the record cannot be
 * asked a token is spent in memory alone, and the call begins anew: better than none.
 */
export const askRecord = (
  environment: Environment,
  callSid: string,
  generation: number,
  log: Log,
): Promise<RecordAdmission> =>
  asked<RecordAdmission>(
    recordOf(environment, callSid).admit(generation),
    { admitted: true, recalled: undefined },
    log,
    away,
  );

/** What is known of a call that is not over, by whoever has forgotten it. */
export const recall = (environment: Environment, callSid: string, log: Log): Promise<Recalled | undefined> =>
  asked<Recalled | undefined>(recordOf(environment, callSid).recall(), undefined, log, away);

/** The call is over, and nobody else says so to the record. */
export const tellRecordIsOver = (environment: Environment, callSid: string, log: Log): Promise<void> =>
  asked<void>(recordOf(environment, callSid).over(), undefined, log, away);
