import { type Fields, object } from "../../../common/json.ts";
import type { Profile, Provider } from "../provider.ts";
import type { ModelSettings } from "../settings.ts";
import { hasTelephoneFormats, sessionConfig } from "./session.ts";

/** In what an endpoint that speaks Realtime differs from another: its door, and its names (openai.md 8). */
export type Dialect = {
  profile: Profile;
  request(settings: ModelSettings): Provider["request"];
  /** The `session` of the one `session.update`. */
  session(settings: ModelSettings): Fields;
  /** A `session` that changes nothing, and is confirmed like every other. */
  noChange: Fields;
  /** Whether the server took μ-law both ways, as far as its `session.updated` says so. */
  hasTelephoneFormats(session: unknown): boolean;
  /** The generally available API's name of an event; none for one that means nothing. */
  eventName(name: string): string | undefined;
  /** A part of what the assistant has said. */
  assistantPart: "output_text" | "text";
  /** The code of an error that comes without one. */
  errorCode(error: Fields): unknown;
};

/** OpenAI's own: the generally available API. A dialect names what is different of it. */
export const ga: Dialect = {
  profile: { turns: "server-vad", opens: "by-message" },
  request: ({ baseUrl, model, apiKey }) => ({
    url: `${baseUrl}/realtime?model=${encodeURIComponent(model)}`,
    headers: { Authorization: `Bearer ${apiKey}` },
  }),
  session: sessionConfig,
  noChange: { type: "realtime" },
  hasTelephoneFormats,
  eventName: (name) => name,
  assistantPart: "output_text",
  errorCode: (error) => object(error)["code"],
};
