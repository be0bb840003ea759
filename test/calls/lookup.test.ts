import { once } from "node:events";
import { type IncomingMessage, type Server, createServer } from "node:http";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseObject } from "../../common/json.ts";
import { isLinkRequestSigned, linkSignatureHeader } from "../../common/link-signature.ts";
import { say } from "../../sim/openai/scenario.ts";
import type { PhoneStep } from "../../sim/phone/step.ts";
import { portOf } from "../world/port-of.ts";
import { type FinishedCall, type World, startWorld } from "../world/world.ts";

const secret = "the lookup's own secret";
const path = "/who?tenant=7";

/** What the operator's service was asked, and how it answers next. */
const questions: { body: unknown; isSigned: boolean }[] = [];
let answer: { status?: number; body: string } | "nothing" = "nothing";
let service: Server;
let world: World;

beforeAll(async () => {
  service = createServer((request, response) => {
    void read(request).then((question) => {
      questions.push(question);
      if (answer !== "nothing") response.writeHead(answer.status ?? 200, { location: "/elsewhere" }).end(answer.body);
    });
  }).listen(0, "127.0.0.1");
  await once(service, "listening");
  world = await startWorld({
    model: { scenario: () => ({ replies: [say("Hello."), say("Yes.")] }) },
    texts: {
      LOOKUP_URL: `http://127.0.0.1:${portOf(service)}${path}`,
      LOOKUP_SECRET: secret,
      SYSTEM_MESSAGE: "You help {{name}}, who has {{orders}} orders and {{nothing}}.",
      MODEL_GREETING: "Hello {{name}}.",
    },
  });
});
afterAll(async () => {
  await world.close();
  service.closeAllConnections();
  service.close();
});

async function read(request: IncomingMessage): Promise<(typeof questions)[number]> {
  const body = await text(request);
  const signed = { method: request.method ?? "", path: request.url ?? "", body };
  const signature = String(request.headers[linkSignatureHeader]);
  return { body: parseObject(body), isSigned: isLinkRequestSigned(secret, signed, signature, Date.now()) };
}

const listens: PhoneStep[] = [{ step: "wait-for-quiet" }, { step: "wait-for-quiet" }, { step: "hang-up" }];
const instructionsOf = ({ session }: FinishedCall): string[] =>
  session?.realtime.facts().flatMap((fact) => (fact.type === "session-configured" ? [fact.instructions] : [])) ?? [];

describe("who calls is asked of the operator's own service", () => {
  test("once a call, with both numbers, signed; what it knows fills the texts", async () => {
    questions.length = 0;
    answer = { body: JSON.stringify({ parameters: { name: "Ada", orders: 2, nested: {} } }) };
    const call = await world.callIn(listens);
    expect(questions).toEqual([
      { body: { callSid: call.callSid, from: "+15551230000", to: "+15550001000" }, isSigned: true },
    ]);
    expect(instructionsOf(call)).toEqual(["You help Ada, who has 2 orders and ."]);
  });

  test.each([
    ["no answer", "nothing" as const, "lookup.failed"],
    ["an error", { status: 500, body: "{}" }, "lookup.failed"],
    ["a redirection", { status: 302, body: "" }, "lookup.failed"],
    ["something that is no object", { body: "[]" }, "lookup.failed"],
    ["an endless answer", { body: `{"parameters":{"name":"${"x".repeat(20_000)}"}}` }, "lookup.failed"],
    ["an assistant that is none", { body: '{"assistant":"nobody"}' }, "assistant.unknown"],
  ])("%s means the default assistant, and the caller is answered all the same", async (_, next, event) => {
    answer = next;
    const call = await world.callIn(listens);
    expect(call.logLines.find((line) => line["event"] === event)).toBeDefined();
    expect(instructionsOf(call)).toEqual(["You help , who has  orders and ."]);
    expect(call.logLines.map((line) => line["event"])).toContain("playback.heard");
    expect(call.facts.status).toBe("completed");
  });
});
