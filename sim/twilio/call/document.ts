import type { Method } from "../twiml/verb.ts";
import { type Twiml, parseTwiml } from "../twiml/parse.ts";
import type { CallLog } from "./call-log.ts";
import type { Platform } from "./platform.ts";
import { askWebhook } from "./webhook.ts";

/** What a call is to do next: TwiML to be fetched, asked for with `parameters` beside the call's, or TwiML at hand. */
export type Instruction =
  | {
      url: string;
      method: Method;
      fallback?: { url: string; method: Method };
      parameters?: Readonly<Record<string, string>>;
    }
  | { twiml: string };

/** A document that can be run. Relative URLs in it are relative to `url`; TwiML without an address has none. */
export type Document = Twiml & { url: string | undefined };

/** Why there is no document: 11200, 11205, 12100 (cannot be parsed), 12300 (not XML by its content type). */
type NoDocument = { code: number; message: string };

const xmlTypes = ["text/xml", "application/xml", "text/html"];

/**
 * Gets a document, from the fallback URL when the first one fails (twilio.md 3.1). Failures and warnings are logged.
 * `parameters` are those of the call. Undefined when there is no document, or `signal` was aborted meanwhile.
 */
export async function obtainDocument(
  platform: Platform,
  instruction: Instruction,
  parameters: Record<string, string>,
  log: CallLog,
  signal: AbortSignal,
): Promise<Document | undefined> {
  const found = await fetchDocument(platform, instruction, parameters, log, signal);
  if (signal.aborted) return undefined;
  if (!("code" in found)) {
    for (const message of found.warnings) log.add({ kind: "warning", code: 12200, message });
    for (const part of found.leftOut) log.add({ kind: "note", message: `${part} is not simulated` });
    return found;
  }
  log.add({ kind: "error", ...found });
  if ("twiml" in instruction || instruction.fallback === undefined) return undefined;
  const failed = { ErrorCode: String(found.code), ErrorUrl: instruction.url };
  return obtainDocument(platform, instruction.fallback, { ...parameters, ...failed }, log, signal);
}

async function fetchDocument(
  platform: Platform,
  instruction: Instruction,
  parameters: Record<string, string>,
  log: CallLog,
  signal: AbortSignal,
): Promise<Document | NoDocument> {
  if ("twiml" in instruction) return read(instruction.twiml, undefined);
  const { url, method } = instruction;
  const request = { url, method, parameters: { ...parameters, ...instruction.parameters } };
  const answer = await askWebhook(platform, { purpose: "document", ...request }, log, signal);
  if ("code" in answer) return answer;
  const type = answer.contentType.split(";")[0]?.trim().toLowerCase() ?? "";
  if (!xmlTypes.includes(type)) return { code: 12300, message: `${url} answered with content type "${type}"` };
  return read(answer.body, answer.url);
}

function read(text: string, url: string | undefined): Document | NoDocument {
  try {
    return { ...parseTwiml(text), url };
  } catch (error) {
    return { code: 12100, message: error instanceof Error ? error.message : String(error) };
  }
}
