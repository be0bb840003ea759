import { isLoopback } from "../../common/setting-kinds.ts";
import type { FunctionsSettings } from "../../common/settings.ts";

/** Where Twilio finds these Functions: where the settings say, or else at the domain that it gave this very one. */
export function ownOrigin({ FUNCTIONS_URL }: FunctionsSettings, domain: string): string {
  if (FUNCTIONS_URL !== undefined) return FUNCTIONS_URL;
  const scheme = isLoopback(domain.replace(/:\d+$/, "")) ? "http" : "https";
  return `${scheme}://${domain}`;
}
