import { createHash, createHmac, timingSafeEqual } from "node:crypto";

/** HMAC-SHA256 of a text, base64url. */
export const sign = (secret: string, text: string): string =>
  createHmac("sha256", secret).update(text).digest("base64url");

/** Compares two texts in a time that tells nothing of where they differ, nor of their lengths. */
export const sameSecret = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b));

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();

/**
 * The secret between Functions and Worker. Without a LINK_SECRET both sides derive it from the account's auth token,
 * which both have: so the two start from the same few variables, and the token itself signs nothing of ours.
 */
export const linkSecret = (settings: { LINK_SECRET?: string | undefined; TWILIO_AUTH_TOKEN: string }): string =>
  settings.LINK_SECRET ?? sign(settings.TWILIO_AUTH_TOKEN, "voicecall link secret, version 1");
