import { linkSignatureHeader, signLinkRequest } from "../common/link-signature.ts";
import { object, parseObject, text } from "../common/json.ts";
import { linkSecret, sign } from "../common/secrets.ts";
import type { WorkerSettings } from "../common/settings.ts";
import { readBounded } from "./tools/read-bounded.ts";

/** What is asked about: a call, by its numbers. */
export type LookupQuestion = { callSid: string; from: string | undefined; to: string | undefined };

/** What the operator's service knows of it; nothing it does not say. */
export type LookupAnswer = { assistant: string | undefined; parameters: Record<string, string> };

/** The caller may be on the line already. */
const deadlineMs = 1_000;
const maxBytes = 16_384;
const maxParameterCount = 50;

/**
 * Asks the operator's service who calls: a POST of JSON, signed as Functions sign for the Worker, but with a secret of
 * its own. Its answer is `{ "assistant"?: name, "parameters"?: { name: text } }`.
 *
 * @throws Error when it gives none in a second, redirects, refuses, or answers with something else.
 */
export async function lookUp(
  settings: WorkerSettings,
  url: string,
  question: LookupQuestion,
  nowMs: number,
): Promise<LookupAnswer> {
  const { pathname, search } = new URL(url);
  const body = JSON.stringify(question);
  const signature = signLinkRequest(lookupSecret(settings), { method: "POST", path: pathname + search, body }, nowMs);
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", [linkSignatureHeader]: signature },
    body,
    redirect: "manual",
    signal: AbortSignal.timeout(deadlineMs),
  });
  const answer = await readBounded(response, maxBytes);
  if (!response.ok) throw new Error(`it answered ${response.status}`);
  const fields = parseObject(answer);
  if (fields === undefined) throw new Error("its answer is no JSON object, or a very long one");
  return { assistant: text(fields["assistant"]), parameters: parametersOf(fields["parameters"]) };
}

/** Without a secret of its own the question is signed all the same, by one that nobody else can make. */
const lookupSecret = (settings: WorkerSettings): string =>
  settings.LOOKUP_SECRET ?? sign(linkSecret(settings), "voicecall lookup secret, version 1");

/** Texts as they are, numbers and truth values as texts; anything else has no place in a sentence. */
const parametersOf = (parameters: unknown): Record<string, string> =>
  Object.fromEntries(
    Object.entries(object(parameters))
      .filter(([, value]) => ["string", "number", "boolean"].includes(typeof value))
      .slice(0, maxParameterCount)
      .map(([name, value]) => [name, String(value)]),
  );
