import { afterAll, beforeAll, expect, test } from "vitest";
import { knock } from "../world/knock.ts";
import { type World, startWorld } from "../world/world.ts";
import { say } from "../../sim/openai/scenario.ts";
import { newCallSid } from "../world/raw-phone.ts";

const secret = "the operator's secret of the tests";
const authorization = `Bearer ${secret}`;

let world: World;
beforeAll(async () => {
  const scenario = { replies: [say("How can I help?")], transcriptions: [] };
  world = await startWorld({ texts: { OPERATOR_SECRET: secret, MODEL_GREETING: "Greet." }, model: { scenario } });
});
afterAll(() => world.close());

const askOf = (callSid: string, action: "" | "/hang-up", headers: Record<string, string> = { authorization }) =>
  knock(world.workerUrl, { method: action === "" ? "GET" : "POST", path: `/api/calls/${callSid}${action}`, headers });

test("an operator reads what was said in a call that goes on, and ends it", async () => {
  const { callSid, ended } = await world.dial([]);
  const transcript = async (): Promise<string> => (await askOf(callSid, "")).body;
  await expect.poll(transcript, { timeout: 20_000 }).toContain("How can I help?");
  expect((await askOf(callSid, "/hang-up", {})).status).toBe(401);
  expect((await askOf(callSid, "/hang-up", { authorization: `${authorization}!` })).status).toBe(403);
  const answer = await askOf(callSid, "/hang-up");
  expect([answer.status, JSON.parse(answer.body)]).toEqual([200, { callSid, did: "done" }]);
  await ended;
  expect(world.twilio.calls().find(({ facts }) => facts.sid === callSid)?.facts.status).toBe("completed");
});

test("a call that Twilio does not know is not ended, and the operator is told", async () => {
  const callSid = newCallSid();
  const answer = await askOf(callSid, "/hang-up");
  expect([answer.status, JSON.parse(answer.body)]).toEqual([502, { callSid, did: "refused with 404" }]);
});
