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
