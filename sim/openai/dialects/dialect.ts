import type { IncomingMessage } from "node:http";
import type { Clock } from "../../clock.ts";
import type { ClientEvent } from "../realtime/client-event-types.ts";
import type { ServerEvent } from "../realtime/server-events.ts";
import type { ReadEvent } from "../read-event.ts";
import type { Admission } from "../admission.ts";

/** How one endpoint speaks the Realtime API: its door, and its names for what the GA interface says (openai.md 8). */
export type Dialect = {
  /** What its addresses begin with, and OPENAI_BASE_URL ends with. */
  basePath: string;
  /** Whether GPT-Live is served beside Realtime. */
  hasLive: boolean;
  /** The key that a request shows. */
  keyOf(request: IncomingMessage): string | undefined;
  /** Judges an upgrade that has come to the right path with a good key. */
  admit(request: IncomingMessage, url: URL): Admission;
  /** The names, for one session. */
  translate(clock: Clock): Translation;
};

/** Stands between a client and the session, which speaks the GA interface. */
export type Translation = {
  /** Reads a client's message: an event as the GA interface has it, or the objection to it. */
  read(message: string): ReadEvent<ClientEvent>;
  /** What the client gets in the place of an event: one, none or more. */
  write(event: ServerEvent): object[];
};
