import type { Entry } from "./entry.ts";

/** How much of a body is read, and how long its sender may take. */
export type BodyLimits = { maxBytes: number; withinMs: number };

/** Twilio and our Functions send a body at once; a person's browser, too. */
export const bodyDeadlineMs = 5_000;

const tooLarge: Entry = { status: 413, reason: "The body is too large." };
const tooSlow: Entry = { status: 408, reason: "The body did not come in time." };

/**
 * Reads a request's body as text. One that is larger than allowed is refused, by its own word before anything is read;
 * and so is one that comes drop by drop, since whoever sends it so wants to keep us waiting.
 */
export async function readBody(request: Request, { maxBytes, withinMs }: BodyLimits): Promise<Entry> {
  if (Number(request.headers.get("content-length") ?? 0) > maxBytes) return tooLarge;
  if (request.body === null) return { body: "" };
  const reader = request.body.getReader();
  const chunks: Uint8Array[] = [];
  let roomBytes = maxBytes;

  async function readAll(): Promise<Entry> {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return { body: await new Blob(chunks).text() };
      roomBytes -= value.length;
      if (roomBytes < 0) return tooLarge;
      chunks.push(value);
    }
  }

  let timer: ReturnType<typeof setTimeout> | undefined;
  const deadline = new Promise<Entry>((resolve) => {
    timer = setTimeout(() => resolve(tooSlow), withinMs);
  });
  try {
    return await Promise.race([readAll(), deadline]);
  } catch {
    return { status: 400, reason: "The body broke off." };
  } finally {
    clearTimeout(timer);
    void reader.cancel().catch(() => undefined);
  }
}
