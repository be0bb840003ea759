import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseObject } from "../../common/json.ts";
import { houseNumber } from "../../scripts/parts/house.ts";
import type { CallReport } from "../../sim/twilio/call/call-request.ts";
import { type World, expectNothingLeft, startWorld } from "../world/world.ts";

const key = "the-key-of-the-outbound-stories";
const perHour = 20;
/** Picks up, listens, says something, listens, hangs up. */
const person = "+15552000001";
/** Picks up and hangs up again while Twilio still speaks. */
const hasty = "+15552000002";

let world: World;
beforeAll(async () => {
  world = await startWorld({
    texts: {
      OUTBOUND_KEY: key,
      OUTBOUND_DISCLOSURE: "This is an assistant.",
      OUTBOUND_PER_HOUR: String(perHour),
      OUTBOUND_PER_NUMBER_PER_DAY: "3",
      SYSTEM_MESSAGE: "You call {{name}}.",
      // Calls that we place are nobody's who is let in.
      CALLERS_ALLOWED: "+15551230000",
      CALLS_PER_CALLER_PER_HOUR: "1",
    },
    twilio: {
      phones: {
        [person]: {
          does: "pick-up",
          ringMs: 200,
          script: [
            { step: "wait-for-quiet" },
            { step: "say", text: "Hello, this is Ada." },
            { step: "wait-for-quiet" },
            { step: "hang-up" },
          ],
        },
        [hasty]: { does: "pick-up", ringMs: 100, script: [{ step: "pause", ms: 100 }, { step: "hang-up" }] },
      },
    },
  });
});
afterAll(() => world.close());

type Answer = { status: number; callSid: string | undefined; code: unknown };

async function order(body: object): Promise<Answer> {
  const response = await fetch(`${world.functionsUrl}/outbound`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const { callSid, code } = parseObject(await response.text()) ?? {};
  return { status: response.status, callSid: typeof callSid === "string" ? callSid : undefined, code };
}

const callOf = (callSid: string | undefined) => world.twilio.calls().find(({ facts }) => facts.sid === callSid);

async function endOf(callSid: string | undefined): Promise<CallReport> {
  const call = callOf(callSid);
  if (call === undefined) throw new Error(`there is no call ${callSid}`);
  const report = await call.ended;
  await expectNothingLeft(world.worker, report.facts.sid);
  return report;
}

const linesOf = (callSid: string | undefined) => world.worker.logLines.filter((line) => line["callSid"] === callSid);
const reportsOf = (callSid: string | undefined) => linesOf(callSid).filter(({ event }) => event === "carrier.reported");

const requestsIn = ({ log }: CallReport) => log.flatMap((entry) => (entry.kind === "request" ? [entry] : []));

describe("a call that is placed, through the real Function, SDK and Worker", () => {
  test("opens with the disclosure, goes on as it was wished, and ends with everybody knowing", async () => {
    const wishes = { parameters: { name: "Ada" }, greeting: "Hello {{name}}, how are you?" };
    const { status, callSid } = await order({ to: person, ...wishes });
    expect(status).toBe(200);
    const report = await endOf(callSid);
    expect(report.facts).toMatchObject({ status: "completed", from: houseNumber, to: person });
    expect(report.log.filter(({ kind }) => kind === "warning" || kind === "error" || kind === "failure")).toEqual([]);
    const verbs = report.log.flatMap((entry) => (entry.kind === "verb" ? [entry.verb] : []));
    expect(verbs.slice(0, 3)).toEqual(["Say", "Say", "Connect"]);

    const facts = world.openai?.sessions.at(-1)?.realtime.facts() ?? [];
    expect(facts.filter(({ type }) => type === "objected" || type === "warning")).toEqual([]);
    expect(facts[0]).toMatchObject({ type: "session-configured", instructions: "You call Ada." });
    expect(facts.find(({ type }) => type === "response-started")).toMatchObject({ text: "Hello Ada, how are you?" });

    await expect.poll(() => reportsOf(callSid).map(({ status }) => status)).toContain("completed");
    const told = reportsOf(callSid).map(({ about, status, did }) => `${String(about)} ${String(status ?? did)}`);
    const calls = ["initiated", "ringing", "in-progress", "completed"].map((status) => `call ${status}`);
    expect(told.toSorted()).toEqual([...calls, "stream start", "stream stop"].toSorted());
    expect(requestsIn(report).map(({ status }) => status)).not.toContain(undefined);
    expect(requestsIn(report).filter(({ status = 0 }) => status >= 300)).toEqual([]);
  });

  test("leaves nothing personal in what Twilio logs: the address holds an intent and no more", async () => {
    const { callSid } = await order({ to: hasty, parameters: { name: "Ada" }, greeting: "Hello Ada" });
    const report = await endOf(callSid);
    const document = requestsIn(report).find(({ purpose }) => purpose === "document");
    expect(document?.url).toMatch(/\/twiml\?intent=[0-9a-f-]{36}$/);
    expect(JSON.stringify(report.log)).not.toContain("Ada");
  });

  test("lets go of the model at once when the person hangs up before the stream", async () => {
    const { callSid } = await order({ to: hasty });
    const { streams } = await endOf(callSid);
    expect(streams).toEqual([]);
    await expect.poll(() => linesOf(callSid).map(({ event }) => event)).toContain("call.released");
  });

  test("is over for us, too, when it is canceled while it rings: no model was needed", async () => {
    const sessionCount = world.openai?.sessions.length;
    const { callSid } = await order({ to: "+15552000003" });
    callOf(callSid)?.end("canceled");
    expect((await endOf(callSid)).facts.status).toBe("canceled");
    await expect.poll(() => reportsOf(callSid).map(({ status }) => status)).toContain("canceled");
    expect(world.openai?.sessions.length).toBe(sessionCount);
  });
});

// A busy machine may need longer for fifty requests than a Function waits for the Worker: that is a refusal, too.
const patient = ["worker-away"];

describe("a call that is asked for again and again", () => {
  test("with one key is placed once, though fifty requests come in the same second", async () => {
    const before = world.twilio.calls().length;
    const request = { to: hasty, idempotencyKey: randomUUID() };
    const answers = await Promise.all(Array.from({ length: 50 }, () => order(request)));
    const last = await order(request);
    expect(world.twilio.calls().length).toBe(before + 1);
    expect(last).toMatchObject({ status: 200, callSid: world.twilio.calls()[0]?.facts.sid });
    expect([undefined, "still-placing", ...patient]).toEqual(expect.arrayContaining(answers.map(({ code }) => code)));
    for (const { status, callSid } of answers) if (status === 200) expect(callSid).toBe(last.callSid);
    expect(await order({ ...request, to: person })).toMatchObject({ status: 409, code: "idempotency-key-reused" });
  });

  test("goes to one number three times a day, and not a fourth time", async () => {
    expect(await order({ to: hasty })).toMatchObject({ status: 429, code: "number-limit" });
  });

  test("is refused at the hour's limit, though fifty come in the same second", async () => {
    const before = world.twilio.calls().length;
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) => order({ to: `+155530000${String(index).padStart(2, "0")}` })),
    );
    const placedCount = answers.filter(({ status }) => status === 200).length;
    expect(world.twilio.calls().length).toBe(before + placedCount);
    expect(world.twilio.calls().length).toBeLessThanOrEqual(perHour);
    expect([undefined, "hourly-limit", ...patient]).toEqual(expect.arrayContaining(answers.map(({ code }) => code)));
    for (let more = 0; more < perHour && world.twilio.calls().length < perHour; more += 1)
      await order({ to: `+155531000${String(more).padStart(2, "0")}` });
    expect(await order({ to: person })).toMatchObject({ status: 429, code: "hourly-limit" });
    for (const call of world.twilio.calls()) call.end("completed");
    // All that end at once keep a busy machine for a while; a model that was forgotten would be there for 30 s.
    const nothing = { streamCount: 0, modelLegCount: 0, timerCount: 0 };
    for (const { facts } of world.twilio.calls())
      await expect.poll(() => world.worker.census(facts.sid), { timeout: 15_000 }).toEqual(nothing);
  });

  test("of an assistant that there is not is no call", async () => {
    expect(await order({ to: person, assistant: "nobody" })).toMatchObject({ status: 400, code: "assistant-unknown" });
  });
});
