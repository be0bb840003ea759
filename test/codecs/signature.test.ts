import { describe, expect, test } from "vitest";
import { isTwilioSignature, signatureOf } from "../../worker/twilio/signature.ts";

const token = "12345";
const url = "wss://worker.example.com/media";

describe("Twilio's signature of an upgrade (twilio.md 1.7)", () => {
  test.each([
    ["wss://worker.example.com/media", "tP6Mz6Wk8ERdmStunq8gv/wuj/w="],
    ["wss://worker.example.com/media/", "28yF4SucMhtUFCBg9wI+d1XxbU0="],
    ["https://worker.example.com/media", "7DwZnbvreJYfngkb+cbnXGXuCOs="],
  ])("%s", (signed, signature) => {
    expect(signatureOf(token, signed)).toBe(signature);
  });

  test("the wss form is taken, with a slash at the end or without", () => {
    expect(isTwilioSignature([token], url, "tP6Mz6Wk8ERdmStunq8gv/wuj/w=")).toBe(true);
    expect(isTwilioSignature([token], url, "28yF4SucMhtUFCBg9wI+d1XxbU0=")).toBe(true);
  });

  test("the https form, a forgery and an empty signature are refused", () => {
    expect(isTwilioSignature([token], url, "7DwZnbvreJYfngkb+cbnXGXuCOs=")).toBe(false);
    expect(isTwilioSignature([token], url, signatureOf("54321", url))).toBe(false);
    expect(isTwilioSignature([token], url, "")).toBe(false);
  });

  test("both tokens are good while the account's is being rotated", () => {
    expect(isTwilioSignature(["new", token], url, "tP6Mz6Wk8ERdmStunq8gv/wuj/w=")).toBe(true);
  });
});
