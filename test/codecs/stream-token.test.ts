import { describe, expect, test } from "vitest";
import { isLinkRequestSigned, signLinkRequest } from "../../common/link-signature.ts";
import { linkSecret } from "../../common/secrets.ts";
import { checkStreamToken, mintStreamToken, streamTokenLifeMs } from "../../common/stream-token.ts";

const callSid = "CA00000000000000000000000000000001" as const;
const call = { accountSid: "AC1", callSid };
const now = 1_800_000_000_000;
const token = mintStreamToken("secret", { ...call, generation: now });

describe("the token that opens a stream", () => {
  test("is good for its call, and fits a <Parameter>", () => {
    expect(checkStreamToken("secret", token, call, now + 1000)).toEqual({ ok: true, generation: now });
    expect(token.length).toBeLessThan(490);
  });

  test.each([
    ["missing", undefined, call, now],
    ["missing", "", call, now],
    ["malformed", "v1.x", call, now],
    ["malformed", `${token}x`, call, now],
    ["forged", token, { ...call, callSid: "CA00000000000000000000000000000002" as const }, now],
    ["forged", token, { ...call, accountSid: "AC2" }, now],
    ["forged", token.replace(`${now}`, `${now + 1}`), call, now],
    ["forged", mintStreamToken("other", { ...call, generation: now }), call, now],
    ["expired", token, call, now + streamTokenLifeMs + 1],
    ["not-yet-valid", token, call, now - 120_000],
  ])("is refused as %s", (fault, presented, claimed, nowMs) => {
    expect(checkStreamToken("secret", presented, claimed, nowMs)).toEqual({ ok: false, fault });
  });
});

describe("the signature between Functions and Worker", () => {
  const request = { method: "GET", path: "/calls/CA1/verdict" };
  const header = signLinkRequest("secret", request, now);

  test("holds for exactly that request, for a minute", () => {
    expect(isLinkRequestSigned("secret", request, header, now + 59_000)).toBe(true);
    expect(isLinkRequestSigned("secret", request, header, now + 61_000)).toBe(false);
    expect(isLinkRequestSigned("secret", { ...request, path: "/calls/CA2/verdict" }, header, now)).toBe(false);
    expect(isLinkRequestSigned("secret", { ...request, method: "POST" }, header, now)).toBe(false);
    expect(isLinkRequestSigned("secret", { ...request, body: "x" }, header, now)).toBe(false);
    expect(isLinkRequestSigned("other", request, header, now)).toBe(false);
    expect(isLinkRequestSigned("secret", request, "nonsense", now)).toBe(false);
    expect(isLinkRequestSigned("secret", request, null, now)).toBe(false);
  });

  test("the secret is derived from the auth token unless one is set", () => {
    expect(linkSecret({ TWILIO_AUTH_TOKEN: "a" })).not.toBe(linkSecret({ TWILIO_AUTH_TOKEN: "b" }));
    expect(linkSecret({ TWILIO_AUTH_TOKEN: "a" })).not.toContain("a:");
    expect(linkSecret({ TWILIO_AUTH_TOKEN: "a", LINK_SECRET: "my own" })).toBe("my own");
  });
});
