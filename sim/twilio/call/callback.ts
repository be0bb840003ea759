import { randomUUID } from "node:crypto";
import type { CallLog } from "./call-log.ts";
import { pause } from "./pause.ts";
import type { Platform } from "./platform.ts";
import { type WebhookRequest, askWebhook } from "./webhook.ts";

/**
 * Tells a server something and expects nothing of it. Settles when it was answered; failures are logged and change
 * nothing. What is told twice carries the same idempotency token.
 */
export async function tellCallback(platform: Platform, request: WebhookRequest, log: CallLog): Promise<void> {
  const { times = 1, delayMs = 0 } = platform.fateOf(request);
  const idempotencyToken = randomUUID();
  if (delayMs > 0) await pause(platform.clock, delayMs);
  for (let sent = 0; sent < times; sent++) {
    const answer = await askWebhook(platform, request, log, undefined, idempotencyToken);
    if ("code" in answer) log.add({ kind: "error", ...answer });
  }
}
