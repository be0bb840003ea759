import type { CustomVoice, SessionResource } from "openai/resources/live/live";
import { textTokens } from "../tokens.ts";
import type { Objection } from "../shape.ts";
import type { Backend, Delegation, LiveFormat, LiveStart, LiveUpdate } from "./client-event-types.ts";
import { immutableField } from "./session-shape.ts";

/** The whole configuration, as `session.started`, `session.updated` and `session.closed` show it. */
export type LiveConfig = Omit<SessionResource, "audio" | "delegation"> & {
  audio: { format: LiveFormat; output: { voice: string | CustomVoice } };
  delegation: Delegation;
};

/** What `session.start` has come to, with what it left to the server. `expiresAt` is Unix time in seconds. */
export function resolveConfig(start: LiveStart, id: string, expiresAt: number): LiveConfig {
  const instructions = start.instructions ?? "";
  return {
    id,
    expires_at: expiresAt,
    status: "active",
    model: start.model,
    instructions: instructions.trim() === "" ? defaultInstructions : instructions,
    audio: {
      format: start.audio?.format ?? { type: "audio/pcm", rate: 24_000 },
      output: { voice: start.audio?.output?.voice ?? "marin" },
    },
    input: start.input ?? [],
    delegation: { acknowledgement_delay_ms: 0, ...(start.delegation ?? { type: "client" }) },
    store: start.store ?? false,
    triggers: [],
  };
}

const defaultInstructions = "You are a helpful voice assistant.";

/** The configuration after a `session.update`; who does the work cannot change, only how. */
export function updateConfig(
  config: LiveConfig,
  update: LiveUpdate,
): { ok: true; config: LiveConfig } | { ok: false; objection: Objection } {
  const change = update.delegation ?? undefined;
  if (change === undefined) return { ok: true, config };
  if (change.type !== config.delegation.type)
    return { ok: false, objection: immutableField("session.delegation.type") };
  const delay = change.acknowledgement_delay_ms;
  const timed = { ...config.delegation, ...(delay === undefined ? {} : { acknowledgement_delay_ms: delay }) };
  const delegation =
    timed.type === "responses" ? { ...timed, responses: { ...timed.responses, ...change.responses } } : timed;
  return { ok: true, config: { ...config, delegation } };
}

/** The backend, when it is a model of OpenAI's that does the work. */
export const backendOf = ({ delegation }: LiveConfig): Backend | undefined =>
  delegation.type === "responses" ? delegation.responses : undefined;

/** How many tokens a session holds before anybody has spoken. */
export const startTokens = (config: LiveConfig): number =>
  textTokens((config.instructions ?? "") + JSON.stringify(config.input));
