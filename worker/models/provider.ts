import type { ModelEffect } from "../bridge/effects.ts";
import type { BridgeEvent, TurnPolicyName } from "../bridge/events.ts";

/** A message of the model that is dropped and counted. */
export type ModelFault = "binary" | "too-large" | "repeated" | "not-json" | "malformed" | "unknown-event";

/** A message from the model, decoded: its own name for the log, and what it means to the call (often nothing). */
export type ModelMessage = {
  name: string;
  events: BridgeEvent[];
  /** The message's fields where they were parsed; audio is not. */
  fields?: Record<string, unknown>;
  fault?: ModelFault;
  /** The model reports an error: always worth a line in the log. */
  isError?: boolean;
  /** Nothing follows it: the session is over. */
  isLast?: boolean;
};

/** The orders that become messages; opening and closing are the leg's own business. */
export type ModelCommand = Exclude<
  ModelEffect,
  { type: "model.open" | "model.open-next" | "model.swap" | "model.close" }
>;

/** What the rest of the Worker has to know of a provider, and would otherwise ask by its name. */
export type Profile = {
  /** How turns are taken with it. */
  turns: TurnPolicyName;
  /** Whether it waits to be spoken to (its socket is the session), or says itself when it wants to be configured. */
  opens: "with-socket" | "by-message";
  /** A session that is to be ended in good order: with this message, and its last word within so long. */
  farewell?: { message: string; withinMs: number };
};

/** One conversation with one model of a vendor: where it is, and its language. One is made for every socket. */
export type Provider = {
  profile: Profile;
  /** The upgrade request. The key is in a header, never in the URL, which ends up in logs. */
  request: { url: string; headers: Record<string, string> };
  /** Never throws. */
  decode(message: unknown): ModelMessage;
  /** The messages of a command; none for what this model cannot be told. */
  encode(command: ModelCommand): string[];
};
