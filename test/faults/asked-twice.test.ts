import { afterAll, expect, test } from "vitest";
import { isCallSid } from "../../common/ids.ts";
import { streamEndedPath, twimlPath } from "../../common/routes.ts";
import { callParameters } from "../../sim/twilio/call/call-facts.ts";
import { sign } from "../../sim/twilio/call/signature.ts";
import type { PhoneStep } from "../../sim/phone/step.ts";
import { inflict } from "../world/inflict.ts";
import { account, openRaw, startMessage } from "../world/raw-phone.ts";
import { type World, startWorld } from "../world/world.ts";
import { type Row, rowOf, table } from "./row.ts";
import { expectSound } from "./sound.ts";
import { ask, end, quiet } from "./steps.ts";
import { type StoryCall, troupe } from "./troupe.ts";

const rows: Row[] = [];
afterAll(() => console.log(table(rows)));

/** Asks a Function what Twilio asks it, as if the answer to that had been lost; gives its TwiML. */
async function askAgain({ functionsUrl }: World, path: string, { call }: StoryCall): Promise<string> {
  const parameters = callParameters(call.facts);
  const signature = sign(account.TWILIO_AUTH_TOKEN, functionsUrl + path, parameters);
  const answer = await fetch(functionsUrl + path, {
    method: "POST",
    headers: { "X-Twilio-Signature": signature },
    body: new URLSearchParams(parameters),
  });
  expect(answer.status).toBe(200);
  return answer.text();
}

const script: PhoneStep[] = [quiet, ask, quiet, ask, { step: "wait-for-agent", spokenMs: 1_200 }, ...end];

test("Twilio asks twice, at the answer and after the stream: one conversation, one greeting, one stream at a time", async () => {
  const cast = troupe();
  const world = await startWorld({ ...cast.plan, texts: { ...cast.plan.texts, ...account } });
  const call = await cast.call(world, { script, lengthMs: (count) => (count === 2 ? 4_000 : 2_000) });
  const { callSid } = call;
  if (!isCallSid(callSid)) return expect.fail("no CallSid");
  const twiml = await askAgain(world, twimlPath, call);
  const token = /name="token" value="([^"]+)"/.exec(twiml)?.[1];

  // The token of the answer that was lost opens nothing: a stream of the call is there.
  await call.reaches(1);
  const intruder = await openRaw(world.workerUrl, callSid);
  intruder.send(startMessage(callSid, token));
  expect(await intruder.closed).toMatchObject({ code: 1008 });

  await call.reaches(5);
  call.struck("stream drop");
  expect(await inflict(world.workerUrl, account, callSid, { fault: "drop-stream" })).toBe(200);
  expect(await askAgain(world, streamEndedPath, call)).toContain("<Stream");
  const row = await rowOf("the stream is dropped, and Twilio asks twice", call, cast.book, (sid) =>
    world.worker.transcript(sid),
  );
  rows.push(row);
  await expectSound(call, row, 3_000);
  expect(row.heard.answers.filter(({ answer }) => answer.why === "greeting")).toHaveLength(1);
  expect(world.openai?.connectionCount()).toBe(1);
  const logged = (event: string): number => world.worker.logLines.filter((line) => line["event"] === event).length;
  expect(logged("call.started")).toBe(1);
  expect(logged("stream.admitted")).toBe((await call.ended).streams.length);
  await world.close();
});
