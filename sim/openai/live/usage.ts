import type { Clock } from "../../clock.ts";
import type { LiveContext } from "./context.ts";
import { startTokens } from "./session-config.ts";

/** What a session costs: seconds since it started, whether or not anybody spoke (openai.md 1). */
export type LiveUsage = {
  /** Cumulative; never to be summed. */
  seconds(): number;
  /** Tells the client. */
  tell(): void;
};

const contextTokens = 128_000;
/** The caller costs a token in 100 ms, the model one in 50 ms. */
const tokensPerSecond = 30;

/** The meter of a session that starts now. It tells of itself now and then, but not at once. */
export function liveUsage(context: LiveContext): LiveUsage {
  const { clock, behaviour } = context;
  const startedAtMs = clock.nowMs();

  const seconds = (): number => Math.round(clock.nowMs() - startedAtMs) / 1_000;

  function tell(): void {
    const tokens = startTokens(context.config) + secondsOf(context.timeline) * tokensPerSecond;
    const usage_ratio = Math.min(1, Math.round((tokens / contextTokens) * 10_000) / 10_000);
    context.emit({ type: "session.usage.updated", usage: { seconds: seconds() }, context_window: { usage_ratio } });
  }

  function tellNowAndThen(): void {
    clock.after(behaviour.usageEveryMs, () => {
      tell();
      tellNowAndThen();
    });
  }

  tellNowAndThen();
  return { seconds, tell };
}

const secondsOf = (timeline: Clock): number => timeline.nowMs() / 1_000;
