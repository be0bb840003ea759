import { isLoopback } from "../../common/setting-kinds.ts";
import type { WorkerSettings } from "../../common/settings.ts";
import type { AccessApplication } from "./access-jwt.ts";

/** By what an operator is known: one lock, so that no second one is left open beside it. */
export type OperatorLock =
  | ({ by: "access" } & AccessApplication)
  | { by: "secret"; secret: string }
  /** Whoever is on this machine is its operator. */
  | { by: "place" }
  | { by: "nothing" };

/** The lock that the settings ask for. */
export function lockOf(settings: WorkerSettings): OperatorLock {
  const { ACCESS_TEAM_DOMAIN: teamDomain, ACCESS_AUDIENCE: audience, OPERATOR_SECRET: secret } = settings;
  if (teamDomain !== undefined && audience !== undefined) return { by: "access", teamDomain, audience };
  if (secret !== undefined) return { by: "secret", secret };
  return isLoopback(new URL(settings.SERVER_URL).hostname) ? { by: "place" } : { by: "nothing" };
}

/** What the operator has forgotten, said where it is missed. */
export const nothingIsSet =
  "Nobody is let in here. Set OPERATOR_SECRET, or ACCESS_TEAM_DOMAIN and ACCESS_AUDIENCE, and deploy again.";
