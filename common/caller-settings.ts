import * as kinds from "./setting-kinds.ts";
import { optional, preset } from "./setting.ts";
import { numberPatterns } from "./telephone-kinds.ts";

/** Who may call in, and who is asked about them. */
export const callers = {
  CALLERS_ALLOWED: optional(["functions"], numberPatterns(), {
    help: "Who may call, and nobody else; without it everybody may. Callers who hide their number are not among them.",
  }),
  CALLERS_DENIED: optional(["functions"], numberPatterns(), {
    help: "Who may not call, even if CALLERS_ALLOWED names them.",
  }),
  REFUSAL_SENTENCE: optional(["functions"], kinds.text(1000), {
    help: "What a refused caller is told, at the price of a call; without it the call is not even answered.",
  }),
  CALLS_PER_CALLER_PER_HOUR: preset(["worker"], kinds.wholeOrOff(1, 1000, "calls"), "0", {
    help: "How often one number may call in an hour; further calls are busy. Hidden numbers count as one.",
  }),
  MAX_CONCURRENT_CALLS: preset(["worker"], kinds.wholeOrOff(1, 10_000, "calls"), "0", {
    help: "How many calls may come in at a time; further ones are busy.",
  }),
  MAX_CALLS_PER_MINUTE: preset(["worker"], kinds.wholeOrOff(1, 10_000, "calls"), "60", {
    help: "How many calls may come in within a minute, whoever calls; further ones are busy.",
  }),
  LOOKUP_URL: optional(["worker"], kinds.wholeAddress(), {
    help: "A service of yours that is asked who calls: it may name the assistant, and what it should know.",
    why: "The caller's number is sent there.",
  }),
  LOOKUP_SECRET: optional(["worker"], kinds.secret(16), {
    help: "Signs that question, so that your service can tell it from a forged one.",
  }),
};
