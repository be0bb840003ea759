import { once } from "node:events";
import { type Server, createServer } from "node:http";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { linkSignatureHeader, signLinkRequest } from "../../common/link-signature.ts";
import { linkSecret } from "../../common/secrets.ts";
import { freePort } from "../../scripts/parts/ports.ts";
import { type OpenAIServer, startOpenAI } from "../../sim/openai/server.ts";
import { type Scenario, callFunctions } from "../../sim/openai/scenario.ts";
import { humming } from "../../sim/voice/hum.ts";
import { type RunningWorker, startWorker } from "../world/miniflare.ts";
import { portOf } from "../world/port-of.ts";
import { account, newCallSid, openRaw, startMessage, tokenFor } from "../world/raw-phone.ts";
import { expectNothingLeft } from "../world/world.ts";

/** Twilio's REST API, as far as a call is changed: what was asked of it. */
const changes: { path: string; change: Record<string, string> }[] = [];
let rest: Server;
let openai: OpenAIServer;
let worker: RunningWorker;
let scenario: Scenario = {};

beforeAll(async () => {
  rest = createServer((request, response) => {
    void text(request).then((body) => {
      changes.push({ path: request.url ?? "", change: Object.fromEntries(new URLSearchParams(body)) });
      response.end("{}");
    });
  }).listen(0, "127.0.0.1");
  await once(rest, "listening");
  openai = await startOpenAI({ speak: humming, scenario: () => scenario });
  const settings = {
    ...account,
    SERVER_URL: `http://127.0.0.1:${await freePort()}`,
    OPENAI_API_KEY: "sk-test",
    OPENAI_BASE_URL: openai.url,
    MODEL_GREETING: "Hello.",
    TWILIO_API_URL: `http://127.0.0.1:${portOf(rest)}`,
  };
  worker = await startWorker(settings, { assistants: "test/world/assistants/office.ts" });
});
afterAll(async () => {
  await worker.close();
  await openai.close();
  rest.close();
  rest.closeAllConnections();
});

/** The Function has prepared the call, and told where it is; the stream comes, and Twilio asks nothing after its end. */
async function streamed(): Promise<string> {
  const callSid = newCallSid();
  const path = `/calls/${callSid}/prepare`;
  const body = JSON.stringify({ functionsUrl: "https://functions.example" });
  const signature = signLinkRequest(linkSecret(account), { method: "POST", path, body }, Date.now());
  await fetch(worker.url + path, { method: "POST", body, headers: { [linkSignatureHeader]: signature } });
  const phone = await openRaw(worker.url, callSid);
  phone.send(startMessage(callSid, tokenFor(callSid)));
  await phone.closed;
  return callSid;
}

test("nobody asks what follows a hang-up: the Worker ends the call itself, after 3 s", async () => {
  scenario = { replies: [callFunctions({ name: "hang_up", arguments: {} }), { items: [] }] };
  const callSid = await streamed();
  const path = `/2010-04-01/Accounts/${account.TWILIO_ACCOUNT_SID}/Calls/${callSid}.json`;
  await expect.poll(() => changes, { timeout: 6_000 }).toContainEqual({ path, change: { Status: "completed" } });
  await expectNothingLeft(worker, callSid);
});

test("nobody asks what follows a transfer: the Worker has Twilio ask, where it asks after every stream", async () => {
  const transfer = { name: "transfer_call", arguments: { to: "Anna", summary: "An offer." } };
  scenario = { replies: [callFunctions(transfer), { items: [] }] };
  const callSid = await streamed();
  const path = `/2010-04-01/Accounts/${account.TWILIO_ACCOUNT_SID}/Calls/${callSid}.json`;
  const change = { Url: "https://functions.example/stream-ended", Method: "POST" };
  await expect.poll(() => changes, { timeout: 6_000 }).toContainEqual({ path, change });
});
