import { describe, expect, it } from "vitest";
import { parseObject } from "../../common/json.ts";
import { placedSid } from "./calls-api.ts";
import { bearer, called, expectRefusal, intent, otherKey, outboundDesk, outboundSettings } from "./outbound-desk.ts";

const desk = outboundDesk();

describe("/outbound, and who may ask it", () => {
  it.each([
    ["nobody's key", {}, 401, "key-missing"],
    ["a key that is no bearer's", { authorization: "Basic abc" }, 401, "key-missing"],
    ["an empty key", { authorization: "Bearer " }, 401, "key-missing"],
    ["a wrong key", { authorization: "Bearer the-first-outbound-kez" }, 403, "key-wrong"],
    ["the beginning of a key", { authorization: "Bearer the-first-outbound" }, 403, "key-wrong"],
    ["the whole list of keys", { authorization: `Bearer ${outboundSettings.OUTBOUND_KEY}` }, 401, "key-missing"],
  ] as const)("refuses %s before it asks anybody, or reads what is asked", async (_, headers, status, code) => {
    const answer = await desk.order({ to: "nonsense" }, headers);
    expectRefusal(answer, { status, code });
    expect(JSON.stringify(answer)).not.toContain("outbound-key");
    expect([desk.worker.questions, desk.api.forms]).toEqual([[], []]);
  });

  it("has nobody keep an answer, or guess what it is", async () => {
    const { headers } = await fetch(`${desk.functions.url}/outbound`);
    expect([headers.get("cache-control"), headers.get("x-content-type-options")]).toEqual(["no-store", "nosniff"]);
  });

  it("takes each of several keys", async () => {
    const answer = await desk.order({ to: called }, { authorization: `bearer ${otherKey}` });
    expect(answer.status).toBe(200);
  });

  it.each<[string, RequestInit]>([
    ["an address that was merely opened", { method: "GET" }],
    ["a POST of nothing", { method: "POST" }],
    ["a text", { method: "POST", body: JSON.stringify({ to: called }) }],
    ["a form for files", { method: "POST", body: new FormData() }],
  ])("places no call for %s, even with the key and every field in the address", async (_, request) => {
    const query = new URLSearchParams({ to: called });
    const response = await fetch(`${desk.functions.url}/outbound?${query.toString()}`, { ...request, headers: bearer });
    const answer = { status: response.status, body: parseObject(await response.text()) ?? {} };
    expectRefusal(answer, { status: 415, code: "body-unreadable" });
    expect([desk.worker.questions, desk.api.forms]).toEqual([[], []]);
  });

  it("takes a body whatever else its type says", async () => {
    const headers = { ...bearer, "content-type": "Application/JSON; charset=utf-8" };
    expect((await desk.order({ to: called }, headers)).status).toBe(200);
  });

  it("is off without a key", async () => {
    const off = await desk.orderUnder({ OUTBOUND_KEY: "" }, { to: called });
    expectRefusal(off, { status: 403, code: "calling-out-is-off" });
    expect(desk.api.forms).toEqual([]);
  });
});

describe("/outbound", () => {
  it("has the Worker admit the call, then Twilio place it, and answers with the call", async () => {
    const wishes = { assistant: "default", parameters: { name: "Ada", visits: 3 }, greeting: "Hello {{name}}" };
    const answer = await desk.order({ to: "+1 (202) 555-0123", ...wishes, timeLimit: 90, idempotencyKey: "order 17" });
    expect(answer).toEqual({ status: 200, body: { callSid: placedSid, status: "queued" } });
    expect(desk.worker.questions).toEqual([
      {
        method: "POST",
        path: "/outbound/admit",
        isSigned: true,
        body: {
          intent,
          to: called,
          from: outboundSettings.TWILIO_PHONE_NUMBER,
          ...wishes,
          parameters: { name: "Ada", visits: "3" },
          machineDetection: false,
          timeLimitS: 90,
          idempotencyKey: "order 17",
        },
      },
      {
        method: "POST",
        path: "/outbound/outcome",
        isSigned: true,
        body: { intent, placed: { callSid: placedSid, status: "queued" } },
      },
    ]);
  });

  it("tells Twilio where the call goes, for how long, and whom to tell, and nothing that is personal", async () => {
    await desk.order({ to: called, parameters: { name: "Ada" }, greeting: "Hello Ada", machineDetection: true });
    expect(desk.api.forms.map((form) => [...form])).toEqual([
      [
        ["To", called],
        ["From", outboundSettings.TWILIO_PHONE_NUMBER],
        ["StatusCallback", `${desk.worker.url}/calls/status`],
        ...["initiated", "ringing", "answered", "completed"].map((event) => ["StatusCallbackEvent", event]),
        ["Timeout", "45"],
        ["MachineDetection", "DetectMessageEnd"],
        ["AsyncAmd", "true"],
        ["AsyncAmdStatusCallback", `${desk.worker.url}/calls/amd`],
        ["TimeLimit", String(35 * 60)],
        ["Url", expect.stringMatching(/^https:\/\/functions\.example\/twiml\?intent=[0-9a-f-]{36}$/)],
      ],
    ]);
  });

  it("pays for no detection that nobody asked for", async () => {
    await desk.order({ to: called });
    expect([...(desk.api.forms[0]?.keys() ?? [])].filter((name) => /Machine|Amd/.test(name))).toEqual([]);
  });

  it("calls the operator's own number when none is named, but never for an empty one", async () => {
    await desk.order({});
    expect(desk.api.forms[0]?.get("To")).toBe(outboundSettings.MY_PHONE_NUMBER);
    for (const to of ["", null]) expectRefusal(await desk.order({ to }), { status: 400, code: "to-missing" });
    expect(desk.api.forms).toHaveLength(1);
  });

  it.each([
    ["with its plus escaped", "to=%2B12025550123"],
    ["with a plus that is not, and so arrives as a space", "to=+12025550123"],
  ])("takes a form, %s", async (_, form) => {
    const response = await fetch(`${desk.functions.url}/outbound`, {
      method: "POST",
      headers: { ...bearer, "content-type": "application/x-www-form-urlencoded" },
      body: `${form}&parameters=${encodeURIComponent('{"name":"Ada"}')}&machineDetection=true&timeLimit=60`,
    });
    expect(response.status).toBe(200);
    expect(desk.worker.questions[0]?.body).toMatchObject({
      to: called,
      parameters: { name: "Ada" },
      machineDetection: true,
      timeLimitS: 60,
    });
  });

  it("takes another number of the account's", async () => {
    await desk.order({ to: called, from: "+14155550101" });
    expect(desk.api.forms[0]?.get("From")).toBe("+14155550101");
  });

  it("never logs a number in full, a parameter or a key", async () => {
    await desk.order({ to: called, parameters: { name: "Ada Lovelace" } });
    await expect.poll(() => desk.functions.output()).toContain("call.placed");
    const ownLines = desk.functions
      .output()
      .split("\n")
      .filter((line) => line.startsWith("{"));
    expect(ownLines.join("\n")).not.toMatch(/2025550123|Lovelace|outbound-key/);
  });
});
