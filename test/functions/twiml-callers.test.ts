import { describe, expect, it, onTestFinished } from "vitest";
import { linkSecret } from "../../common/secrets.ts";
import { askedWorker, json } from "./asked-worker.ts";
import { callSid, leastSettings, names, post, runFunctions } from "./runtime.ts";
import { parametersOf } from "./twiml-reader.ts";

describe("/twiml of a call that we have placed", () => {
  it("opens with the disclosure, hands on the intent, and asks no list whether we may be called", async () => {
    const functions = await runFunctions({
      OUTBOUND_DISCLOSURE: "This is an AI assistant.",
      SAY_GREETING: "Hello.",
      CALLERS_ALLOWED: "+49*",
      CALLERS_DENIED: "+1*",
    });
    onTestFinished(() => functions.close());
    const call: [string, string][] = [
      ["CallSid", callSid],
      ["Direction", "outbound-api"],
      ["From", "+15551234567"],
    ];
    const { verbs } = await post(`${functions.url}/twiml?intent=an-intent`, call);
    expect(names(verbs)).toEqual(["Say", "Say", "Connect", "Say", "Hangup"]);
    expect(verbs.slice(0, 2).map(({ text }) => text)).toEqual(["This is an AI assistant.", "Hello."]);
    expect(parametersOf(verbs)).toMatchObject({ intent: "an-intent", said: "This is an AI assistant. Hello." });
    // Placed by other means than ours: the Worker knows nothing of it.
    const other = await post(`${functions.url}/twiml`, call);
    expect(parametersOf(other.verbs)).toMatchObject({ intent: "none" });
  });
});

describe("/twiml and who may call", () => {
  it.each<[string, Record<string, string>, string, string[]]>([
    ["everybody without lists", {}, "+15551234567", ["Say", "Connect", "Say", "Hangup"]],
    ["whom the list allows", { CALLERS_ALLOWED: "+1555*" }, "+15551234567", ["Say", "Connect", "Say", "Hangup"]],
    ["one number alone", { CALLERS_ALLOWED: "+15551234567" }, "+15551234567", ["Say", "Connect", "Say", "Hangup"]],
    ["nobody else", { CALLERS_ALLOWED: "+15551234567" }, "+155512345678", ["Reject"]],
    ["not whom the list denies", { CALLERS_DENIED: "+1900*, +15551234567" }, "+15551234567", ["Reject"]],
    ["not whom both lists name", { CALLERS_ALLOWED: "+1*", CALLERS_DENIED: "+1900*" }, "+19005550123", ["Reject"]],
    ["who hides, where some are denied", { CALLERS_DENIED: "+1*" }, "anonymous", ["Say", "Connect", "Say", "Hangup"]],
    ["not who hides, where some are allowed", { CALLERS_ALLOWED: "+1*" }, "anonymous", ["Reject"]],
    ["not who gives an intent of his own", { CALLERS_DENIED: "+1*" }, "+15551234567&intent=x", ["Reject"]],
    ["no one, in words", { CALLERS_DENIED: "+1*", REFUSAL_SENTENCE: "Not now." }, "+15551234567", ["Say", "Hangup"]],
  ])("lets in %s", async (_, lists, from, expected) => {
    const functions = await runFunctions(lists);
    onTestFinished(() => functions.close());
    const fields = new URLSearchParams(`CallSid=${callSid}&Direction=inbound&From=${from.replace("+", "%2B")}`);
    const { verbs } = await post(`${functions.url}/twiml`, [...fields]);
    expect(names(verbs)).toEqual(expected);
    if (expected[0] === "Reject") expect(verbs[0]?.attributes).toEqual({ reason: "rejected" });
  });

  it.each([
    ["busy", "busy"],
    ["refuse", "rejected"],
  ])("turns a caller away on the Worker's word %s", async (admission, reason) => {
    const worker = await askedWorker(linkSecret(leastSettings), { [callSid]: json({ admission }) });
    const functions = await runFunctions({ SERVER_URL: worker.url });
    onTestFinished(async () => void (await Promise.all([functions.close(), worker.close()])));
    const { verbs } = await post(`${functions.url}/twiml`, [["CallSid", callSid]]);
    expect(verbs.map(({ name, attributes }) => [name, attributes])).toEqual([["Reject", { reason }]]);
  });

  it("lets in whom the Worker says nothing of", async () => {
    const replies = { [callSid]: json({ admission: "perhaps" }), [`CA${"2".repeat(32)}`]: () => undefined };
    const worker = await askedWorker(linkSecret(leastSettings), replies);
    const functions = await runFunctions({ SERVER_URL: worker.url });
    onTestFinished(async () => void (await Promise.all([functions.close(), worker.close()])));
    for (const call of Object.keys(replies)) {
      const { verbs } = await post(`${functions.url}/twiml`, [["CallSid", call]]);
      expect(names(verbs)).toEqual(["Say", "Connect", "Say", "Hangup"]);
    }
  });
});
