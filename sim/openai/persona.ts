import { type Reply, say, type Turn } from "./scenario.ts";

/** What the stand-in answers when the script is over: it understands no speech, and says so. */
export function personaReply(turn: Turn): Reply {
  switch (turn.cause.type) {
    case "nothing":
      return say(quotedIn(turn.instructions) ?? introduction);
    case "speech":
      return say(
        turn.isFirst ? `${introduction} ${offer}` : `I heard ${seconds(turn.cause.durationMs)} of speech. ${offer}`,
      );
    case "text":
      return answerText(turn.cause.text, turn.lastCallerAudio);
    case "function-output":
      return say(`The tool answered: ${turn.cause.output.slice(0, 200)}`);
  }
}

const introduction = "Hello. I am a stand-in for the real model. I hear you, but I cannot understand speech.";
const offer = "Press 1, and I repeat what you said.";

function answerText(text: string, lastCallerAudio: Uint8Array | undefined): Reply {
  const digit = /\b\d\b|[*#]/.exec(text)?.[0];
  if (digit === undefined) return say(`You wrote: ${text.slice(0, 200)}`);
  if (digit !== "1") return say(`You pressed ${digit}.`);
  if (lastCallerAudio === undefined) return say("You have not said anything yet.");
  return {
    items: [
      { type: "speech", text: "You said:" },
      { type: "sound", audio: lastCallerAudio, transcript: "(what the caller said)" },
    ],
  };
}

/** Instructions that quote a sentence want it said; anything else would have to be understood. */
export const quotedIn = (instructions = ""): string | undefined => /["“]([^"”]+)["”]/.exec(instructions)?.[1];

const seconds = (durationMs: number): string => `${(durationMs / 1_000).toFixed(1)} seconds`;
