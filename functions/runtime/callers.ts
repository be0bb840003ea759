import type { FunctionsSettings } from "../../common/settings.ts";
import { matchesAny } from "../../common/telephone-kinds.ts";
import type { Admission } from "../../common/preparation.ts";

/** Whether the settings' lists let a caller in. Denial comes first; who hides the number is on no list. */
export function admissionOf(from: string | undefined, settings: FunctionsSettings): Admission {
  const { CALLERS_ALLOWED: allowed, CALLERS_DENIED: denied = [] } = settings;
  if (from !== undefined && matchesAny(denied, from)) return "refuse";
  if (allowed === undefined) return "admit";
  return from !== undefined && matchesAny(allowed, from) ? "admit" : "refuse";
}
