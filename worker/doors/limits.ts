import type { Refusal } from "./entry.ts";

/** What is counted, each apart from the others: what anybody may ask for, what was refused, and secrets that are shown. */
type Counted = "visit" | "refusal" | "guess";

/** How often one address may come. Who proves to be Twilio, or a Function, is not counted at all. */
export type Limits = { allows(counted: Counted): Promise<boolean> };

/** Cloudflare's own counters, one for each name; a Worker may do without them. */
type Counter = { limit(options: { key: string }): Promise<{ success: boolean }> };
export type LimitBindings = { VISITS?: Counter; GUESSES?: Counter };

/** The bindings' period, in wrangler.toml. */
const periodS = 60;

/** Who was told to wait is not even counted for so long: a flood must cost as little as it can. */
const holdMs = 10_000;
/** By what is counted, and of whom; the oldest are forgotten first. */
const heldUntilMs = new Map<string, number>();
const mostHeld = 1_000;

function hold(key: string, nowMs: number): void {
  heldUntilMs.delete(key);
  heldUntilMs.set(key, nowMs + holdMs);
  const [oldest] = heldUntilMs.keys();
  if (oldest !== undefined && heldUntilMs.size > mostHeld) heldUntilMs.delete(oldest);
}

/** The limits for who sends a request. A limit that is not there, or does not work, allows everything. */
export function limitsFor({ VISITS, GUESSES }: LimitBindings, request: Request): Limits {
  // Cloudflare writes this header itself, whatever the client sends.
  const network = networkOf(request.headers.get("cf-connecting-ip") ?? "unknown");
  return {
    async allows(counted) {
      const limit = counted === "guess" ? GUESSES : VISITS;
      if (limit === undefined) return true;
      const key = `${counted} ${network}`;
      if ((heldUntilMs.get(key) ?? 0) > Date.now()) return false;
      const { success } = await limit.limit({ key }).catch(() => ({ success: true }));
      if (!success) hold(key, Date.now());
      return success;
    },
  };
}

/** Whom an address stands for: of IPv6 the first half, since the second is everybody's own to choose. */
export function networkOf(address: string): string {
  if (!address.includes(":")) return address;
  const [head = "", tail] = address.toLowerCase().split("::");
  const groups = head === "" ? [] : head.split(":");
  const known = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = Array.from({ length: Math.max(0, 8 - groups.length - known.length) }, () => "0");
  return [...groups, ...(tail === undefined ? [] : zeros), ...known]
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ""))
    .join(":");
}

/** The one answer to who comes too often. */
export const tooOften: Refusal = {
  status: 429,
  reason: "You come too often. Please wait a minute.",
  headers: { "Retry-After": String(periodS) },
};
