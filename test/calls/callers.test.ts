import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { linkSignatureHeader, signLinkRequest } from "../../common/link-signature.ts";
import { linkSecret } from "../../common/secrets.ts";
import { type World, expectNothingLeft, startWorld } from "../world/world.ts";
import { newCallSid, openRaw, startMessage, stopMessage, tokenFor, account } from "../world/raw-phone.ts";

let world: World;
beforeAll(async () => {
  world = await startWorld({
    texts: { ...account, CALLS_PER_CALLER_PER_HOUR: "2", CALLERS_DENIED: "+1900*,+15559999999" },
  });
});
afterAll(() => world.close());

const callFrom = async (from: string) => {
  const { callSid, ended } = await world.twilio.inboundCall({
    from,
    to: "+15550001000",
    script: [{ step: "wait-for-quiet" }, { step: "hang-up" }],
  });
  const report = await ended;
  await expectNothingLeft(world.worker, callSid);
  return report;
};

const verbsIn = ({ log }: Awaited<ReturnType<typeof callFrom>>) =>
  log.flatMap((entry) => (entry.kind === "verb" ? [entry.verb] : []));

describe("who calls in, through the real Functions and the real Worker", () => {
  test("is let in twice in an hour; the third call is busy, unanswered, and no model is dialled for it", async () => {
    expect((await callFrom("+15551110001")).facts.status).toBe("completed");
    expect((await callFrom("+15551110001")).facts.status).toBe("completed");
    const sessionCount = world.openai?.sessions.length;
    const third = await callFrom("+15551110001");
    expect([third.facts.status, verbsIn(third)]).toEqual(["busy", ["Reject"]]);
    expect(world.openai?.sessions.length).toBe(sessionCount);
    expect((await callFrom("+15551110002")).facts.status).toBe("completed");
  });

  test("is turned away by the list without anybody being asked", async () => {
    const denied = await callFrom("+19005550123");
    expect([denied.facts.status, verbsIn(denied)]).toEqual(["no-answer", ["Reject"]]);
    const told = world.worker.logLines.filter(({ callSid }) => callSid === denied.facts.sid);
    expect(told.filter(({ event }) => event !== "carrier.reported")).toEqual([]);
  });

  test("is judged again at the stream, when the Function could not ask: the third stream ends politely", async () => {
    const from = "+15551110003";
    const sessionCount = world.openai?.sessions.length ?? 0;
    const ends: unknown[] = [];
    for (let call = 1; call <= 3; call += 1) {
      const callSid = newCallSid();
      const phone = await openRaw(world.workerUrl, callSid);
      phone.send(startMessage(callSid, undefined, { customParameters: { token: tokenFor(callSid), from } }));
      if (call <= 2) {
        await expect.poll(() => world.openai?.sessions.length).toBe(sessionCount + call);
        phone.send(stopMessage(callSid));
      }
      ends.push(await phone.closed);
      if (call === 3) expect(await verdictOn(callSid)).toEqual({ verdict: "hang-up" });
      await expectNothingLeft(world.worker, callSid);
    }
    expect(ends[2]).toEqual({ code: 1000, reason: "hang-up" });
    expect(world.openai?.sessions.length).toBe(sessionCount + 2);
  });
});

async function verdictOn(callSid: string): Promise<unknown> {
  const path = `/calls/${callSid}/verdict`;
  const signature = signLinkRequest(linkSecret(account), { method: "GET", path }, Date.now());
  return (await fetch(world.workerUrl + path, { headers: { [linkSignatureHeader]: signature } })).json();
}

describe("how many call in at a time", () => {
  let small: World;
  beforeAll(async () => void (small = await startWorld({ texts: { ...account, MAX_CONCURRENT_CALLS: "1" } })));
  afterAll(() => small.close());

  test("a second caller is busy while the first is on the line, and is let in after", async () => {
    const dial = (from: string) =>
      small.twilio.inboundCall({
        from,
        to: "+15550001000",
        script: [{ step: "wait-for-quiet" }, { step: "pause", ms: 3_000 }, { step: "hang-up" }],
      });
    const first = await dial("+15551110001");
    await expect.poll(() => small.openai?.sessions.length, { timeout: 10_000 }).toBe(1);
    const second = await (await dial("+15551110002")).ended;
    expect(second.facts.status).toBe("busy");
    expect((await first.ended).facts.status).toBe("completed");
    await expectNothingLeft(small.worker, first.callSid);
    expect((await (await dial("+15551110002")).ended).facts.status).toBe("completed");
  }, 60_000);
});
