import type { StreamNoun } from "../twiml/verb.ts";

/** Where a stream goes, with what Twilio would do differently (`notes`) and what it warns about. */
export type StreamTarget = { url: string; notes: string[]; warnings: Array<{ code: number; message: string }> };

export type NoTarget = { code: 31922 | 31923 | 31941; message: string };

const loopback = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/**
 * Checks a `<Stream>` as Twilio does before it connects (twilio.md 1.4 to 1.6): `wss` only, the inbound track only,
 * the query string dropped. The stand-in's one leniency: `ws` to this machine itself.
 */
export function streamTarget(noun: StreamNoun, documentUrl: string | undefined): StreamTarget | NoTarget {
  if (noun.track !== undefined && noun.track !== "inbound_track")
    return { code: 31941, message: `track "${noun.track}" is not allowed in <Connect>` };
  const base = documentUrl?.replace(/^http/, "ws");
  if (noun.url === "" || !URL.canParse(noun.url, base)) return { code: 31923, message: `"${noun.url}" is not a URL` };
  const url = new URL(noun.url, base);
  const isPlainLoopback = url.protocol === "ws:" && loopback.test(url.hostname);
  if (url.protocol !== "wss:" && !isPlainLoopback) return { code: 31922, message: `"${noun.url}" is not a wss URL` };
  const notes = isPlainLoopback ? [`${url.origin} is accepted because it is this machine: Twilio answers 31922`] : [];
  const warnings = url.search === "" ? [] : [{ code: 31920, message: `the query string of "${noun.url}" is dropped` }];
  url.search = "";
  url.hash = "";
  return { url: url.href, notes, warnings };
}
