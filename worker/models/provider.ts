import type { ModelEffect } from "../bridge/effects.ts";
import type { BridgeEvent } from "../bridge/events.ts";

/** A message of the model that is dropped and counted. */
export type ModelFault = "binary" | "not-json" | "malformed" | "unknown-event";

/** A message from the model, decoded: its own name for the log, and what it means to the call (often nothing). */
export type ModelMessage = {
  name: string;
  events: BridgeEvent[];
  /** The message's fields where they were parsed; audio is not. */
  fields?: Record<string, unknown>;
  fault?: ModelFault;
  /** The model reports an error: always worth a line in the log. */
  isError?: boolean;
};

/** The orders that become messages; opening and closing are the socket's own business. */
export type ModelCommand = Exclude<ModelEffect, { type: "model.open" } | { type: "model.close" }>;

/** One conversation with one model of a vendor: where it is, and its language. One is made for every socket. */
export type Provider = {
  /** The upgrade request. The key is in a header, never in the URL, which ends up in logs. */
  request: { url: string; headers: Record<string, string> };
  /** Never throws. */
  decode(message: unknown): ModelMessage;
  encode(command: ModelCommand): string;
};
