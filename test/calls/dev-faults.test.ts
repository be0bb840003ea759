import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CallSid, isCallSid } from "../../common/ids.ts";
import { faultPath } from "../../common/routes.ts";
import { freePort } from "../../scripts/parts/ports.ts";
import { withStandInAccount } from "../../scripts/parts/stand-in.ts";
import type { OpenAISession } from "../../sim/openai/server.ts";
import type { InboundCall } from "../../sim/twilio/twilio.ts";
import { inflict } from "../world/inflict.ts";
import { startWorker } from "../world/miniflare.ts";
import { account, newCallSid, openRaw, startMessage, tokenFor } from "../world/raw-phone.ts";
import { type World, startWorld } from "../world/world.ts";

const patience = { timeout: 20_000 };

/** The CallSid of each stream that has begun. */
const begun: string[] = [];

/** Nothing befalls a stream; but it is known to have begun. */
function noted({ callSid }: { callSid: string }): [] {
  begun.push(callSid);
  return [];
}

/** Whether the call has a stream, and has had no other. */
const isOnFirstStream = ({ callSid, call }: Pick<InboundCall, "callSid" | "call">): boolean =>
  call.befallStream({ type: "slow", delayMs: 0, jitterMs: 0, forMs: 0 }) &&
  begun.filter((each) => each === callSid).length === 1;

describe("a call that is broken from within", () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld({ texts: { CHAOS: "on", SAY_GREETING: "off" }, twilio: { faultsOf: noted } });
  });
  afterAll(() => world.close());

  const breaks = (callSid: string, fault: object): Promise<number> =>
    isCallSid(callSid) ? inflict(world.workerUrl, withStandInAccount(), callSid, fault) : expect.fail(callSid);

  /** Somebody calls and listens; the call is in the midst of its stream. */
  async function ongoing(): Promise<InboundCall & { session: OpenAISession }> {
    const before = world.openai?.sessions.length ?? 0;
    const call = await world.dial([]);
    await expect.poll(() => world.openai?.sessions[before]?.realtime.received()["session.update"], patience).toBe(1);
    await expect.poll(() => isOnFirstStream(call), patience).toBe(true);
    return { ...call, session: world.openai?.sessions[before] ?? expect.fail("no session") };
  }

  test("aborted, it is gone: both of its sockets broke", async () => {
    const { callSid, call, ended, session } = await ongoing();
    expect(await breaks(callSid, { fault: "abort" })).toBe(200);
    await expect.poll(() => session.isOpen(), patience).toBe(false);
    await expect.poll(() => isOnFirstStream({ callSid, call }), patience).toBe(false);
    call.end("completed");
    expect((await ended).streams[0]?.end).toEqual({ by: "server", code: 1006, reason: "" });
  });

  test("without its model's connection, it knows of it", async () => {
    const { callSid, call, ended, session } = await ongoing();
    expect(await breaks(callSid, { fault: "drop-model" })).toBe(200);
    await expect.poll(() => session.isOpen(), patience).toBe(false);
    call.end("completed");
    await ended;
  });

  test("without its stream, Twilio asks what follows", async () => {
    const { callSid, call, ended } = await ongoing();
    expect(await breaks(callSid, { fault: "drop-stream" })).toBe(200);
    await expect.poll(() => isOnFirstStream({ callSid, call }), patience).toBe(false);
    call.end("completed");
    expect((await ended).streams[0]?.end).toEqual({ by: "server", code: 1011, reason: "lost on purpose" });
  });
});

const settings = async (texts: Record<string, string>): Promise<Record<string, string>> => ({
  ...account,
  SERVER_URL: `http://127.0.0.1:${await freePort()}`,
  OPENAI_API_KEY: "sk-test",
  OPENAI_BASE_URL: "http://127.0.0.1:1/v1",
  ...texts,
});

/** What a stream of a call is told, when it shows the token that it was given just now. */
async function shown(url: string, callSid: CallSid): Promise<string> {
  const phone = await openRaw(url, callSid);
  phone.send(startMessage(callSid, tokenFor(callSid)));
  return (await phone.closed).reason;
}

describe("the door to faults", () => {
  test("opens to who has signed, and names a fault; a call's clock can be wrong, and no other call's", async () => {
    const worker = await startWorker(await settings({ CHAOS: "on" }));
    const { url } = worker;
    const callSid = newCallSid();
    const path = url + faultPath(callSid);
    expect((await fetch(path)).status).toBe(405);
    expect((await fetch(path, { method: "POST", body: '{"fault":"abort"}' })).status).toBe(401);
    expect(await inflict(url, { ...account, TWILIO_AUTH_TOKEN: "another" }, callSid, { fault: "abort" })).toBe(403);
    for (const fault of [{ fault: "burn" }, {}, { fault: "skew-clock" }, { fault: "skew-clock", byMs: "1" }])
      expect(await inflict(url, account, callSid, fault)).toBe(400);
    expect(await inflict(url, account, callSid, { fault: "skew-clock", byMs: 3_600_000 })).toBe(200);
    expect(await shown(url, callSid)).toBe("token expired");
    expect(await shown(url, newCallSid())).not.toBe("token expired");
    await worker.close();
  });

  test("is not there without CHAOS", async () => {
    const worker = await startWorker(await settings({}));
    const { url } = worker;
    expect(await inflict(url, account, newCallSid(), { fault: "abort" })).toBe(404);
    expect((await fetch(url + faultPath(newCallSid()))).status).toBe(404);
    await worker.close();
  });

  test("is not there on a Worker whose address is public: its settings are refused", async () => {
    const { SERVER_URL: local, ...others } = await settings({ CHAOS: "on" });
    const open = { ...others, SERVER_URL: "https://voicecall.example" };
    const worker = await startWorker(open, { port: Number(new URL(local ?? "").port) });
    const { url } = worker;
    expect(await inflict(url, account, newCallSid(), { fault: "abort" })).toBe(503);
    await worker.close();
  });
});
