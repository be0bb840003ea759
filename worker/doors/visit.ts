import type { WorkerSettings } from "../../common/settings.ts";
import type { Environment } from "../environment.ts";
import type { Log } from "../log.ts";
import type { Limits } from "./limits.ts";

/** A request, with all that is needed to judge and to answer it. `log`'s lines name the call that it is about. */
export type Visit = {
  request: Request;
  environment: Environment;
  settings: WorkerSettings;
  limits: Limits;
  log: Log;
};

/** Why somebody is not let in: what they are told, and what our own log is told beside it. */
export type Refusal = {
  status: number;
  reason: string;
  headers?: Record<string, string>;
  note?: { event: string; fields: Record<string, unknown> };
};

/** What came of it: who is let in has brought a body, which may be empty. */
export type Entry = { body: string } | Refusal;

export const isRefused = (entry: Entry): entry is Refusal => "status" in entry;
