import { isBase64 } from "../../../common/audio.ts";
import { type Fields, cut, object, parseObject, text } from "../../../common/json.ts";
import type { BridgeEvent } from "../../bridge/events.ts";
import { timeCost } from "../cost.ts";
import { soundFrames } from "../model-sound.ts";
import type { ModelFault, ModelMessage, Provider } from "../provider.ts";
import type { ModelSettings } from "../settings.ts";
import { backendReader } from "./backend.ts";
import { classify } from "./errors.ts";
import { encode } from "./messages.ts";
import { profile } from "./profile.ts";

/** OpenAI's GPT-Live (openai.md part B). */
export function openaiLive(settings: ModelSettings): Provider {
  return {
    profile,
    request: {
      url: `${settings.baseUrl}/live/sessions`,
      headers: { Authorization: `Bearer ${settings.apiKey}` },
    },
    decode: decoder(settings),
    encode: (command) => encode(command, settings),
  };
}

const audioDelta = "session.output_audio.delta";
const audioDeltaPrefix = `{"type":"${audioDelta}"`;

type Decoded = Omit<ModelMessage, "name" | "fields">;

/** Decodes one session's messages: what an error means depends on whether it has started. */
function decoder(settings: ModelSettings): Provider["decode"] {
  const frames = soundFrames();
  const readBackend = backendReader();
  let isStarted = false;

  function audio(delta: string | undefined): Decoded {
    return delta !== undefined && isBase64(delta) ? { events: frames(delta) } : malformed;
  }

  function decodeFields(name: string, fields: Fields): Decoded {
    switch (name) {
      case "session.started":
        isStarted = true;
        return meaning(started(object(fields["session"])));
      case audioDelta:
        return audio(text(fields["delta"]));
      case "session.output_transcript.delta":
        return words("agent", fields);
      case "session.input_transcript.delta":
        return words("caller", fields);
      case "response.event":
        return { events: readBackend(fields) };
      case "session.usage.updated":
        return meaning(...metered(settings.model, fields, false));
      case "session.closed":
        return { ...meaning(...metered(settings.model, fields, true), ...ended(fields)), isLast: true };
      case "error":
        return { events: classify(object(fields["error"]), isStarted), isError: true };
      default:
        return known.test(name) ? { events: [] } : { events: [], fault: "unknown-event" };
    }
  }

  return (message) => {
    if (typeof message !== "string") return faulty("binary");
    if (message.startsWith(audioDeltaPrefix)) {
      const decoded = audio(cut(message, '"delta":"'));
      if (decoded.fault === undefined) return { name: audioDelta, ...decoded };
    }
    const fields = parseObject(message);
    if (fields === undefined) return faulty("not-json");
    const name = text(fields["type"]);
    if (name === undefined) return faulty("malformed");
    return { name, ...decodeFields(name, fields), fields };
  };
}

/** The families of events that the API has (openai.md B3): those without a case above mean nothing to the call. */
const known = /^(session|response|decision|transport)\.|^info$/;

const meaning = (...events: BridgeEvent[]): Decoded => ({ events });
const malformed: Decoded = { events: [], fault: "malformed" };
const faulty = (fault: ModelFault): ModelMessage => ({ name: "", events: [], fault });

/** Our bytes are read as PCM at 24 kHz unless the session says otherwise. */
function started(session: Fields): BridgeEvent {
  const { type = "audio/pcmu", rate = 8_000 } = object(object(session["audio"])["format"]);
  const { expires_at: expiresAt } = session;
  const expiresAtMs = typeof expiresAt === "number" ? expiresAt * 1_000 : undefined;
  if (type === "audio/pcmu" && rate === 8_000) return { type: "model.ready", expiresAtMs };
  return { type: "model.failed", reason: "the session's audio format is not audio/pcmu" };
}

function words(by: "caller" | "agent", fields: Fields): Decoded {
  const [delta, startMs] = [text(fields["delta"]), fields["start_ms"]];
  return delta !== undefined && typeof startMs === "number"
    ? meaning({ type: "model.words", by, text: delta, startMs })
    : malformed;
}

/** Seconds are cumulative: each report holds all before it (openai.md B7). */
function metered(model: string, fields: Fields, isFinal: boolean): BridgeEvent[] {
  const { seconds } = object(fields["usage"]);
  if (typeof seconds !== "number") return [];
  return [{ type: "model.metered", seconds, isFinal, ...timeCost(model, seconds) }];
}

/** Only an end that we asked for is none that anybody has to be told of; after a lost connection there may be another. */
function ended(fields: Fields): BridgeEvent[] {
  const reason = text(fields["reason"]);
  if (reason === "close_requested") return [];
  if (reason === "expired") return [{ type: "model.closed", code: 1001, reason }];
  if (reason === "connection_lost") return [{ type: "model.closed", code: 1006, reason }];
  return [{ type: "model.failed", reason: `session closed: ${reason ?? ""}` }];
}
