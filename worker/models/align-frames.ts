import { base64Bytes, frameBytes } from "../../common/audio.ts";
import type { BridgeEvent } from "../bridge/events.ts";
import { modelAudio } from "./model-audio.ts";

type Remainder = { responseId: string; itemId: string; bytes: Uint8Array };

/**
 * Keeps a model's audio on the phone's grid of 20 ms frames. A delta that is not a whole number of frames leaves its
 * last bytes here for the next one; the end of the item sends what is left (twilio.md 1.2: partial frames within an
 * utterance are reported to jitter). Whole deltas, the usual ones, pass untouched; all bytes pass, in order.
 */
export function frameAligner(): (event: BridgeEvent) => BridgeEvent[] {
  let remainder: Remainder | undefined;

  function flush(): BridgeEvent[] {
    if (remainder === undefined) return [];
    const { responseId, itemId, bytes } = remainder;
    remainder = undefined;
    return [audioOf(responseId, itemId, bytes)];
  }

  function align(event: BridgeEvent & { type: "model.audio" }): BridgeEvent[] {
    const { responseId, itemId, payload } = event;
    const before = remainder?.itemId === itemId ? [] : flush();
    if (remainder === undefined && base64Bytes(payload) % frameBytes === 0) return [...before, event];
    const bytes = joined(remainder?.bytes, Buffer.from(payload, "base64"));
    const wholeBytes = bytes.length - (bytes.length % frameBytes);
    const rest = bytes.subarray(wholeBytes);
    remainder = rest.length > 0 ? { responseId, itemId, bytes: rest } : undefined;
    return wholeBytes === 0 ? before : [...before, audioOf(responseId, itemId, bytes.subarray(0, wholeBytes))];
  }

  return (event) => {
    switch (event.type) {
      case "model.audio":
        return align(event);
      case "model.audio-ended":
      case "model.response-ended":
        return remainder?.responseId === event.responseId ? [...flush(), event] : [event];
      default:
        return [event];
    }
  };
}

const audioOf = (responseId: string, itemId: string, bytes: Uint8Array): BridgeEvent =>
  modelAudio(responseId, itemId, Buffer.from(bytes).toString("base64"));

const joined = (first: Uint8Array | undefined, second: Uint8Array): Uint8Array =>
  first === undefined ? second : Buffer.concat([first, second]);
