import { once } from "node:events";
import { type Server, createServer } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { callFunctions, say } from "../../sim/openai/scenario.ts";
import type { PhoneStep } from "../../sim/phone/step.ts";
import { clinicPort } from "../world/assistants/clinic.ts";
import { type FinishedCall, type World, startWorld } from "../world/world.ts";

let service: Server;
let world: World;
const requests: { url: string; authorization: string | undefined }[] = [];

beforeAll(async () => {
  service = createServer((request, response) => {
    requests.push({ url: request.url ?? "", authorization: request.headers.authorization });
    response.end("Tomorrow at ten.");
  }).listen(clinicPort, "127.0.0.1");
  await once(service, "listening");
  world = await startWorld({
    assistants: "test/world/assistants/clinic.ts",
    texts: { TOOL_CLINIC_TOKEN: "a-token-of-the-clinic" },
  });
});
afterAll(async () => {
  await world.close();
  service.closeAllConnections();
  service.close();
});

const saying = (text: string): PhoneStep[] => [
  { step: "wait-for-quiet" },
  { step: "say", text },
  { step: "wait-for-quiet" },
  { step: "hang-up" },
];
const outputsOf = ({ session }: FinishedCall): string[] =>
  session?.realtime.items().flatMap((item) => (item.type === "function_call_output" ? item.output : [])) ?? [];
const objections = ({ session }: FinishedCall) =>
  session?.realtime.facts().filter(({ type }) => type === "objected" || type === "warning");
const words = (call: FinishedCall): string[] =>
  call.session?.realtime.facts().flatMap((fact) => (fact.type === "response-started" ? [fact.text] : [])) ?? [];

describe.concurrent("an assistant of one's own, through the real Functions and Worker", () => {
  test("an HTTP tool asks the service, with the secret in its header, and the model tells what it heard", async () => {
    const call = await world.callIn(saying("When is my appointment?"), {
      replies: [
        say("Guten Tag."),
        callFunctions({ name: "appointment", arguments: { patient: 7, ward: "B 2" } }),
        say("Morgen um zehn."),
      ],
    });
    expect(requests).toEqual([{ url: "/patients/7?ward=B+2", authorization: "Bearer a-token-of-the-clinic" }]);
    expect(outputsOf(call)).toEqual(["Tomorrow at ten."]);
    expect(words(call)).toEqual(["Guten Tag.", "→ appointment", "Morgen um zehn."]);
    expect(objections(call)).toEqual([]);
    expect(JSON.stringify(world.worker.logLines)).not.toContain("a-token-of-the-clinic");
  });

  test("arguments that do not fit are never sent", async () => {
    const call = await world.callIn(saying("When is my appointment?"), {
      replies: [say("Guten Tag."), callFunctions({ name: "appointment", arguments: { patient: "me" } })],
    });
    // Nothing but what the story beside this one asks for.
    expect(requests.filter(({ url }) => url !== "/patients/7?ward=B+2")).toEqual([]);
    expect(outputsOf(call)[0]).toMatch(/^The tool was not run/);
  });

  test("Twilio greets and says goodbye in the assistant's own words, and the model knows of the greeting", async () => {
    const call = await world.callIn(
      [{ step: "wait-for-quiet" }, { step: "say", text: "That was all." }, { step: "wait-for-quiet" }],
      {
        replies: [
          say("Guten Tag."),
          { items: [...callFunctions({ name: "hang_up", arguments: {} }).items] },
          say("Tschüss."),
        ],
      },
    );
    expect(call.facts.status).toBe("completed");
    const transcript = await world.worker.transcript(call.callSid);
    expect(transcript[0]).toMatchObject({ role: "agent", text: "Klinik." });
    const said = call.log.flatMap((entry) => (entry.kind === "verb" ? [entry.verb] : []));
    expect(said).toEqual(["Say", "Connect", "Say", "Hangup"]);
  });

  test("its language, turns and voice reach the model, which then answers by itself", async () => {
    const call = await world.callIn(saying("Hello."), { replies: [say("Guten Tag."), say("Ja.")] });
    const configured = call.session?.realtime.facts().find((fact) => fact.type === "session-configured");
    expect(configured?.instructions).toMatch(/^You answer for the clinic\. The caller is \.\n\nSpeak only German/);
    // The greeting alone was asked for.
    expect(call.session?.realtime.received()["response.create"]).toBe(1);
    expect(words(call)).toEqual(["Guten Tag.", "Ja."]);
  });

  test("a PIN is typed between the caller and the tool: the model learns what the tool makes of it, nobody more", async () => {
    const call = await world.callIn(
      [
        { step: "wait-for-quiet" },
        { step: "say", text: "I am a patient." },
        { step: "wait-for-quiet" },
        { step: "press", digits: "4711#" },
        { step: "say", text: "That was four seven one one." },
        { step: "wait-for-quiet" },
        { step: "hang-up" },
      ],
      {
        replies: [
          say("Guten Tag."),
          { items: [{ type: "speech", text: "Please type your PIN." }, ...pinCall.items] },
          say("Thank you."),
        ],
      },
    );
    expect(outputsOf(call)).toEqual(["The PIN is right."]);
    expect(JSON.stringify(call.session?.realtime.items())).not.toContain("4711");
    expect(JSON.stringify(world.worker.logLines)).not.toMatch(/4711(?!\d)/);
    expect(JSON.stringify(await world.worker.transcript(call.callSid))).not.toContain("4711");
    expect(objections(call)).toEqual([]);
  });
});

const pinCall = callFunctions({ name: "collect_digits", arguments: { max_digits: 8 } });
