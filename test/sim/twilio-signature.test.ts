import { describe, expect, test } from "vitest";
import { sign } from "../../sim/twilio/call/signature.ts";

describe("a signature", () => {
  test.each([
    ["wss://worker.example.com/media", {}, "tP6Mz6Wk8ERdmStunq8gv/wuj/w="],
    ["wss://worker.example.com/media/", {}, "28yF4SucMhtUFCBg9wI+d1XxbU0="],
    ["https://worker.example.com/media", {}, "7DwZnbvreJYfngkb+cbnXGXuCOs="],
    [
      "https://mycompany.com/myapp.php?foo=1&bar=2",
      {
        CallSid: "CA1234567890ABCDE",
        Caller: "+12349013030",
        Digits: "1234",
        From: "+12349013030",
        To: "+18005551212",
      },
      "0/KCTR6DLpKmkAf8muzZqo1nDgQ=",
    ],
    ["https://x/y", { Body: "héllo 😀" }, "rJjdRCQ65nYLz5EAU92RN9Zr1uE="],
  ])("of %s is the one of twilio.md 1.7", (url, parameters, signature) => {
    expect(sign("12345", url, parameters)).toBe(signature);
  });
});
