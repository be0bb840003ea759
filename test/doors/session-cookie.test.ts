import { describe, expect, test } from "vitest";
import { endedCookie, hasSession, sessionCookie } from "../../worker/doors/session-cookie.ts";

const secret = "the operator's secret of the tests";
const url = new URL("https://voice.example/login");
const hourMs = 3_600_000;

const carrying = (cookie: string, address: URL | string = url): Request =>
  new Request(address, { headers: { cookie: cookie.split(";")[0] ?? "" } });

describe("an operator's cookie", () => {
  test("over https is one that no other host can set, and that is never sent in the clear", () => {
    expect(sessionCookie(secret, url, 0)).toMatch(
      /^__Host-voicecall=v1\.43200000\.[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict; Secure$/,
    );
    expect(endedCookie(url)).toBe("__Host-voicecall=; Max-Age=0; Path=/; HttpOnly; SameSite=Strict; Secure");
  });

  test("is good for twelve hours, whatever the browser keeps", () => {
    const request = carrying(sessionCookie(secret, url, 0));
    expect(hasSession(secret, request, 12 * hourMs - 1)).toBe(true);
    expect(hasSession(secret, request, 12 * hourMs)).toBe(false);
  });

  test("ends with the secret that signed it", () => {
    expect(hasSession("another secret of the tests", carrying(sessionCookie(secret, url, 0)), 1)).toBe(false);
  });

  test("of plain http is none over https: whoever listened to the one has not the other", () => {
    const cookie = sessionCookie(secret, new URL("http://127.0.0.1:5050/login"), 0);
    expect(hasSession(secret, carrying(cookie, "http://127.0.0.1:5050/"), 1)).toBe(true);
    expect(hasSession(secret, carrying(cookie), 1)).toBe(false);
  });
});
