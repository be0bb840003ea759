import { describe, expect, it } from "vitest";
import { bearer, called, expectRefusal, outboundDesk } from "./outbound-desk.ts";

const desk = outboundDesk();

describe("/outbound refuses, and asks nobody to place a call", () => {
  it.each<[string, Record<string, unknown>, number, string]>([
    ["no number at all", { to: "Ada" }, 400, "to-invalid"],
    ["a number without its country", { to: "(202) 555-0123" }, 400, "to-invalid"],
    ["a number with letters", { to: "+1800FLOWERS" }, 400, "to-invalid"],
    ["a number with an extension", { to: "+12025550123 ext. 5" }, 400, "to-invalid"],
    ["a number that is too long", { to: "+12025550123456789" }, 400, "to-invalid"],
    ["a number that is in no plan", { to: "+11115550123" }, 400, "to-invalid"],
    ["a SIP address", { to: "sip:ada@example.com" }, 400, "to-invalid"],
    ["two numbers", { to: [called, called] }, 400, "field-invalid"],
    ["a number that is a number", { to: 12_025_550_123 }, 400, "field-invalid"],
    ["a number of a megabyte", { to: `+${"1".repeat(1_000_000)}` }, 400, "field-invalid"],
    ["an emergency number", { to: "911" }, 403, "short-number"],
    ["an emergency number with a country", { to: "+1911" }, 403, "short-number"],
    ["a premium number", { to: "+19005550123" }, 403, "premium-number"],
    ["a premium number abroad", { to: "+33899123456" }, 403, "premium-number"],
    ["a premium number of no country", { to: "+979123456789" }, 403, "premium-number"],
    ["another country", { to: "+442079460000" }, 403, "country-not-allowed"],
    ["an island that shares the code", { to: "+18765550123" }, 403, "country-not-allowed"],
    ["a satellite telephone", { to: "+8816312345678" }, 403, "country-not-allowed"],
    ["whoever asked not to be called", { to: "+1 202 555 0101" }, 403, "do-not-call"],
    ["a caller's number that is none", { to: called, from: "Ada" }, 400, "from-invalid"],
    ["an assistant that is no text", { to: called, assistant: {} }, 400, "field-invalid"],
    ["parameters that are a list", { to: called, parameters: ["a"] }, 400, "field-invalid"],
    ["parameters that hold more than texts", { to: called, parameters: { a: {} } }, 400, "field-invalid"],
    ["a parameter with a strange name", { to: called, parameters: { "a b": "c" } }, 400, "field-invalid"],
    ["a parameter that is too long", { to: called, parameters: { a: "b".repeat(201) } }, 400, "field-invalid"],
    ["parameters that are no JSON", { to: called, parameters: "{" }, 400, "field-invalid"],
    ["a greeting that is too long", { to: called, greeting: "a".repeat(1001) }, 400, "field-invalid"],
    ["a detection that is neither on nor off", { to: called, machineDetection: "perhaps" }, 400, "field-invalid"],
    ["a time limit beyond the settings'", { to: called, timeLimit: 35 * 60 + 1 }, 400, "field-invalid"],
    ["a time limit of nothing", { to: called, timeLimit: 0 }, 400, "field-invalid"],
    ["a time limit that is no number", { to: called, timeLimit: "1e3" }, 400, "field-invalid"],
    ["a time zone that is none", { to: called, timeZone: "Mars/Olympus" }, 400, "field-invalid"],
    ["an endless idempotency key", { to: called, idempotencyKey: "k".repeat(201) }, 400, "field-invalid"],
    ["a misspelt field", { to: called, timelimit: 60 }, 400, "field-invalid"],
  ])("%s", async (_, body, status, code) => {
    expectRefusal(await desk.order(body), { status, code });
    expect([desk.worker.questions, desk.api.forms]).toEqual([[], []]);
  });

  it.each(["{", '"+12025550123"'])("the body %s, as the runtime does", async (body) => {
    const headers = { ...bearer, "content-type": "application/json" };
    const response = await fetch(`${desk.functions.url}/outbound`, { method: "POST", headers, body });
    expect(response.status).toBe(400);
    expect([desk.worker.questions, desk.api.forms]).toEqual([[], []]);
  });
});

describe("/outbound with rules of one's own", () => {
  it("calls other countries when they are named, in the hours that are open", async () => {
    const rules = { OUTBOUND_COUNTRIES: "GB, DE", CALLING_HOURS: "00:00-24:00" };
    expect((await desk.orderUnder(rules, { to: "+442079460000" })).status).toBe(200);
  });

  it("calls nobody at an hour that is never the same in all zones of the country", async () => {
    const refusal = await desk.orderUnder({ CALLING_HOURS: "00:00-00:10" }, { to: called });
    expectRefusal(refusal, { status: 403, code: "outside-calling-hours" });
    expect(refusal.body["message"]).toMatch(/^It is \d\d:\d\d in \w+\/[\w/]+; calls are placed from 00:00 to 00:10\.$/);
    expect(desk.api.forms).toEqual([]);
  });
});
