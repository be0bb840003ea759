import { describe, expect, it } from "vitest";
import { object } from "../../common/json.ts";
import { freePort } from "../../scripts/parts/ports.ts";
import { type Reply, json } from "./asked-worker.ts";
import { type ApiReply, placedSid, twilioError } from "./calls-api.ts";
import { called, expectRefusal, intent, outboundDesk } from "./outbound-desk.ts";

const desk = outboundDesk();

describe("/outbound and the Worker's word", () => {
  it.each<[string, Reply, number, string]>([
    ["is that the hour is full", json({ kind: "hourly-limit", limit: 60 }), 429, "hourly-limit"],
    ["is that the number was called enough", json({ kind: "number-limit", limit: 3 }), 429, "number-limit"],
    [
      "is that the key belongs to another call",
      json({ kind: "idempotency-key-reused" }),
      409,
      "idempotency-key-reused",
    ],
    ["is that the same is being asked", json({ kind: "still-placing" }), 409, "still-placing"],
    ["is that the hour has cost enough", json({ kind: "spend-limit", per: "hour", limit: 5 }), 429, "spend-limit"],
    ["is that the day has cost enough", json({ kind: "spend-limit", per: "day", limit: 100 }), 429, "spend-limit"],
    ["is that there is no such assistant", json({ kind: "assistant-unknown" }), 400, "assistant-unknown"],
    ["is one that we do not know", json({ kind: "perhaps" }), 502, "worker-away"],
    ["is a refusal", json({}, 403), 502, "worker-away"],
    ["is cut off", (response) => void response.destroy(), 502, "worker-away"],
    ["does not come", () => undefined, 502, "worker-away"],
  ])("%s: no call", async (_, reply, status, code) => {
    desk.replies["admit"] = reply;
    expectRefusal(await desk.order({ to: called }), { status, code });
    expect(desk.api.forms).toEqual([]);
    // What was perhaps admitted gives its place back, under the same name.
    const [asked, told] = desk.worker.questions.map(({ body }) => body);
    expect(told).toEqual(code === "worker-away" ? { intent: object(asked)["intent"] } : undefined);
  });

  it("is that the same call was placed: the answer is the same, and no second call", async () => {
    desk.replies["admit"] = json({ kind: "placed", callSid: placedSid, status: "queued" });
    expect(await desk.order({ to: called })).toEqual({ status: 200, body: { callSid: placedSid, status: "queued" } });
    expect(desk.api.forms).toEqual([]);
  });

  it("is not to be had, because there is no Worker: no call", async () => {
    const nowhere = { SERVER_URL: `http://127.0.0.1:${await freePort()}` };
    expectRefusal(await desk.orderUnder(nowhere, { to: called }), { status: 502, code: "worker-away" });
    expect(desk.api.forms).toEqual([]);
  });

  it("is missing only after the call was placed: the call is answered for", async () => {
    desk.replies["outcome"] = json({}, 500);
    expect((await desk.order({ to: called })).body).toEqual({ callSid: placedSid, status: "queued" });
  });
});

describe("/outbound and Twilio's word (twilio.md 4.3)", () => {
  it.each([
    [20003, 401, 502, "twilio-credentials"],
    [20429, 429, 429, "twilio-busy"],
    [21210, 400, 403, "from-not-yours"],
    [21211, 400, 400, "to-invalid"],
    [21214, 400, 400, "to-unreachable"],
    [21217, 400, 400, "to-invalid"],
    [21215, 400, 403, "country-not-permitted"],
    [21219, 400, 403, "trial-account"],
    [573_002, 400, 403, "trial-account"],
    [573_005, 400, 403, "trial-account"],
    [22_005, 400, 429, "twilio-busy"],
    [10_004, 400, 429, "twilio-busy"],
    [86_008, 400, 429, "twilio-busy"],
    [99_999, 400, 502, "twilio-refused"],
    [null, 429, 429, "twilio-busy"],
    [null, 404, 502, "twilio-refused"],
  ])("error %s (%i) is %i %s, and the Worker learns that there is no call", async (error, theirs, status, code) => {
    desk.api.answerWith(twilioError(error, theirs));
    expectRefusal(await desk.order({ to: called }), { status, code });
    expect(desk.worker.questions.map(({ path, body }) => [path, body])).toEqual([
      ["/outbound/admit", expect.anything()],
      ["/outbound/outcome", { intent }],
    ]);
  });

  it.each<[string, ApiReply]>([
    ["breaks off", (response) => void response.destroy()],
    ["is a fault of theirs", twilioError(null, 503)],
    ["does not come", () => undefined],
  ])("%s: nobody knows of a call, so none is said not to be", async (_, reply) => {
    desk.api.answerWith(reply);
    expectRefusal(await desk.order({ to: called }), { status: 502, code: "twilio-away" });
    expect(desk.worker.questions.map(({ path }) => path)).toEqual(["/outbound/admit"]);
  });

  it("cannot be had, because nothing is there: no call, and the Worker learns it", async () => {
    const nowhere = { TWILIO_API_URL: `http://127.0.0.1:${await freePort()}` };
    expectRefusal(await desk.orderUnder(nowhere, { to: called }), { status: 502, code: "twilio-away" });
    expect(desk.worker.questions.at(-1)).toMatchObject({ path: "/outbound/outcome", body: { intent } });
  });
});
