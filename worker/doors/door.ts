import type { Route } from "../../common/routes.ts";
import { plain } from "../plain.ts";
import { enterAsFunction } from "./functions.ts";
import { tooOften } from "./limits.ts";
import { type Method, methodRefusal } from "./methods.ts";
import { enterAsOperator } from "./operators.ts";
import { enterAsTwilio } from "./twilio.ts";
import type { Entry, Refusal } from "./entry.ts";
import type { Visit } from "./visit.ts";

/** Who may use a route, and how. */
export type Door = { for: "anyone" | "twilio" | "functions" | "operators"; methods: readonly Method[] };

/** Every route has a door: one that nobody has thought of does not compile. */
export type Doors = Readonly<Record<Exclude<Route["name"], "unknown">, Door>>;

/** Lets in who may use a route, with what they bring; or says why not. */
export function enter(visit: Visit, door: Door): Entry | Promise<Entry> {
  const refusal = methodRefusal(visit.request, door.methods);
  if (refusal !== undefined) return refusal;
  switch (door.for) {
    case "anyone":
      return enterAsAnyone(visit);
    case "twilio":
      return enterAsTwilio(visit);
    case "functions":
      return enterAsFunction(visit);
    case "operators":
      return enterAsOperator(visit);
  }
}

const enterAsAnyone = async ({ limits }: Visit): Promise<Entry> =>
  (await limits.allows("visit")) ? { body: "" } : tooOften;

/**
 * Turns somebody away. Refusals are what is counted of a door that has a lock, so that whoever has the key is never
 * held up by those who have not; and who comes too often fills no log.
 */
export async function turnAway({ limits, log }: Visit, refusal: Refusal): Promise<Response> {
  const { status, reason, headers, note } = (await limits.allows("refusal")) ? refusal : tooOften;
  if (note !== undefined) log(note.event, note.fields);
  return plain(status, reason, headers);
}
