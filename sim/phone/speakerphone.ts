import { decodeMulaw, encodeMulaw, frameMs } from "../audio/mulaw.ts";
import { fromDbfs } from "../audio/level.ts";
import { silentFrame } from "./frames.ts";
import type { Phone } from "./phone.ts";

/** A phone whose microphone hears its own loudspeaker, `delayMs` later and `lossDb` quieter. */
export function speakerphone(phone: Phone, { delayMs, lossDb }: { delayMs: number; lossDb: number }): Phone {
  const gain = fromDbfs(-lossDb);
  const inTheRoom = Array.from({ length: Math.round(delayMs / frameMs) }, () => silentFrame);

  return {
    recording: phone.recording,
    disconnected: () => phone.disconnected(),
    pass(heard) {
      inTheRoom.push(heard);
      const turn = phone.pass(heard);
      return { ...turn, speech: mixed(turn.speech, inTheRoom.shift() ?? silentFrame, gain) };
    },
  };
}

function mixed(speech: Uint8Array, echo: Uint8Array, gain: number): Uint8Array {
  const sound = decodeMulaw(echo);
  const both = decodeMulaw(speech).map((sample, index) => {
    const sum = sample + (sound[index] ?? 0) * gain;
    return Math.max(-0x8000, Math.min(0x7fff, sum));
  });
  return encodeMulaw(both);
}
