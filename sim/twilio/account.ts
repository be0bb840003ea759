import { type Refusal, refusalWith } from "./rest/rest-error.ts";

/** What an account may and may not do (twilio.md 4.3, 4.4). */
export type AccountRules = {
  /** Numbers that calls are refused to, by code: unreachable (21214), without geographic permission (21215) and so on. */
  refusals?: Readonly<Record<string, number>>;
  /** The beginnings of numbers that geographic permissions allow; all without it. Any other is refused with 21215. */
  geoPermissions?: readonly string[];
  /** How many calls may go on at once; one more is refused with 10004. */
  mostCalls?: number;
  /** A trial account: only verified numbers (21219), one call at once, ten minutes a call (13805), a spoken notice. */
  trial?: { verified: readonly string[] };
};

/** Twilio's numbers for tests, which are refused whatever the account is (twilio.md 4.3). */
const magicNumbers: Readonly<Record<string, number>> = {
  "+15005550001": 21217,
  "+15005550002": 21214,
  "+15005550003": 21215,
  "+15005550004": 21216,
};
/** May be called from without being anybody's. */
const magicCaller = "+15005550006";

const trialLimitMs = 10 * 60_000;
/** From memory: the wording is not documented. The real one also waits for a key, which is left out here. */
const trialNotice = "You have a trial account. You can remove this message at any time by upgrading to a full account.";

/** The rules of an account, as its calls ask for them. */
export type Account = {
  mayCallFrom: (number: string) => boolean;
  refusalOf: (to: string) => Refusal | undefined;
  /** Why no further call can be made while so many go on. */
  congestion(callCount: number): Refusal | undefined;
  /** The limit of a call that asked for `askedMs`. */
  timeLimit(askedMs: number | undefined): { afterMs: number; error?: { code: number; message: string } } | undefined;
  /** What is said at the beginning of an outbound call, with a note on what is different here. */
  readonly notice: { announcement: string; note: string } | undefined;
};

/** An account with these numbers. */
export function accountWith(numbers: readonly string[], rules: AccountRules): Account {
  const {
    trial,
    geoPermissions,
    refusals = {},
    mostCalls = trial === undefined ? Number.POSITIVE_INFINITY : 1,
  } = rules;

  function codeFor(to: string): number | undefined {
    const ordered = refusals[to] ?? magicNumbers[to];
    if (ordered !== undefined) return ordered;
    if (geoPermissions?.some((beginning) => to.startsWith(beginning)) === false) return 21215;
    return trial === undefined || trial.verified.includes(to) ? undefined : 21219;
  }

  return {
    mayCallFrom: (number) => number === magicCaller || [...numbers, ...(trial?.verified ?? [])].includes(number),
    refusalOf(to) {
      const code = codeFor(to);
      return code === undefined ? undefined : refusalWith(code);
    },
    congestion: (callCount) => (callCount < mostCalls ? undefined : refusalWith(10004)),
    timeLimit(askedMs = Number.POSITIVE_INFINITY) {
      if (trial !== undefined && askedMs >= trialLimitMs)
        return {
          afterMs: trialLimitMs,
          error: { code: 13805, message: "the call limit of a trial account is reached" },
        };
      return Number.isFinite(askedMs) ? { afterMs: askedMs } : undefined;
    },
    notice: trial && {
      announcement: trialNotice,
      note: "the wording of the trial notice is unverified, and it waits for no key",
    },
  };
}
