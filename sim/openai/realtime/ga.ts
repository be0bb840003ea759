import type { Translation } from "../dialects/dialect.ts";
import { readClientEvent } from "./client-events.ts";

/** The GA interface needs no translation. */
export const asItIs: Translation = { read: readClientEvent, write: (event) => [event] };
