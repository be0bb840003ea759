import type { Judgement } from "../common/verdict.ts";
import type { Follow } from "./bridge/end.ts";
import type { FrontDesk } from "./front-desk.ts";

const aMoment = { text: "One moment please." };

/** What should follow the stream, as the Function is told, with the assistant's own words where it has some. */
export async function judgementOf(follow: Follow, sentence: FrontDesk["sentence"]): Promise<Judgement> {
  switch (follow.verdict) {
    case "hang-up": {
      const say = follow.say === undefined ? await sentence("goodbye") : { text: follow.say };
      return { verdict: "hang-up", say };
    }
    case "fallback":
      return { verdict: "fallback", say: await sentence("apology") };
    case "transfer": {
      const { to, whisper } = follow.transfer;
      return { verdict: "transfer", to, isWarm: whisper !== undefined };
    }
    case "send-digits":
      return { verdict: "send-digits", digits: follow.digits, round: follow.round ?? 0 };
    case "resume":
      return { verdict: "resume", say: follow.isToWait ? ((await sentence("moment")) ?? aMoment) : undefined };
  }
}
