import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startFunctions } from "../../scripts/parts/functions.ts";
import type { Part } from "../../scripts/parts/part.ts";
import { freePort } from "../../scripts/parts/ports.ts";
import { type Verb, readTwiml } from "./twiml-reader.ts";

export const accountSid = `AC${"a".repeat(32)}`;
export const authToken = "auth-token-of-the-tests";
export const callSid = `CA${"1".repeat(32)}` as const;

/** What the Functions need at least. */
export const leastSettings = { TWILIO_ACCOUNT_SID: accountSid, TWILIO_AUTH_TOKEN: authToken };

/** A folder that is nobody else's. */
export const ownFolder = (): string => mkdtempSync(join(tmpdir(), "voicecall-"));

/** The bundled Functions under a twilio-run of their own. */
export const runFunctions = async (settings: Record<string, string>): Promise<Part> =>
  startFunctions({ port: await freePort(), texts: { ...leastSettings, ...settings }, folder: ownFolder() });

/** An answer of a Function. */
export type Answer = { status: number; contentType: string | null; verbs: Verb[] };

/** Asks a Function as Twilio does: a form, by POST. */
export const post = (url: string, fields: [string, string][]): Promise<Answer> =>
  ask(url, { method: "POST", body: new URLSearchParams(fields) });

export async function ask(url: string, request: RequestInit = {}): Promise<Answer> {
  const response = await fetch(url, request);
  const contentType = response.headers.get("content-type");
  return { status: response.status, contentType, verbs: readTwiml(await response.text()) };
}

/** Names of verbs, in order. */
export const names = (verbs: Verb[]): string[] => verbs.map(({ name }) => name);
