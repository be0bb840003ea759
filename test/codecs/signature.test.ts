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

describe("Twilio's signature of a form (twilio.md 1.7, 3.2)", () => {
  const form = "CallSid=CA1234567890ABCDE&Caller=%2B12349013030&Digits=1234&From=%2B12349013030&To=%2B18005551212";
  test.each([
    ["12345", "https://mycompany.com/myapp.php?foo=1&bar=2", form, "0/KCTR6DLpKmkAf8muzZqo1nDgQ="],
    ["12345", "https://x/y", `Body=${encodeURIComponent("héllo 😀")}`, "rJjdRCQ65nYLz5EAU92RN9Zr1uE="],
    ["t", "https://x/y", "a=2&a=1&a=2", "cCJ9rupAsTAzsL49b16LEduGHP8="],
  ])("by %s of %s with %s", (token, url, form, signature) => {
    expect(signatureOf(token, url, new URLSearchParams(form))).toBe(signature);
    expect(isTwilioSignature(["new", token], url, signature, new URLSearchParams(form))).toBe(true);
    expect(isTwilioSignature([token], url, signature)).toBe(false);
    expect(isTwilioSignature([token], url, signature, new URLSearchParams(`${form}&a=3`))).toBe(false);
  });

  test("does not depend on the order in which the form names its fields", () => {
    const turned = new URLSearchParams(form.split("&").toReversed().join("&"));
    expect(signatureOf("12345", "https://mycompany.com/myapp.php?foo=1&bar=2", turned)).toBe(
      "0/KCTR6DLpKmkAf8muzZqo1nDgQ=",
    );
  });
});
