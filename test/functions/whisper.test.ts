import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CallSid } from "../../common/ids.ts";
import { linkSecret } from "../../common/secrets.ts";
import type { Part } from "../../scripts/parts/part.ts";
import { askedWorker, json } from "./asked-worker.ts";
import { type Answer, callSid, leastSettings, names, post, runFunctions } from "./runtime.ts";

const parent: CallSid = `CA${"7".repeat(32)}`;
const lost: CallSid = `CA${"8".repeat(32)}`;

let worker: Awaited<ReturnType<typeof askedWorker>>;
let functions: Part;
beforeAll(async () => {
  worker = await askedWorker(linkSecret(leastSettings), {
    [parent]: json({ whisper: "Somebody asks for an offer." }),
    [lost]: json({}, 500),
  });
  functions = await runFunctions({ SERVER_URL: worker.url, FUNCTIONS_URL: "https://functions.example" });
});
afterAll(() => Promise.all([functions.close(), worker.close()]));

const pickedUp = (query: string, digits?: string): Promise<Answer> =>
  post(`${functions.url}/whisper${query}`, [
    ["CallSid", callSid],
    ...(digits ? [["Digits", digits] as [string, string]] : []),
  ]);

describe("/whisper", () => {
  it("tells who picked up what the call is about, and how to take it; without a key the caller goes back", async () => {
    const { verbs } = await pickedUp(`?call=${parent}`);
    expect(names(verbs)).toEqual(["Gather", "Hangup"]);
    expect(verbs[0]?.children[0]?.text).toBe("Somebody asks for an offer. Press 1 to take the call.");
    expect(verbs[0]?.attributes).toMatchObject({
      numDigits: "1",
      action: `https://functions.example/whisper?call=${parent}`,
    });
    expect(worker.questions).toMatchObject([{ method: "GET", path: `/calls/${parent}/whisper`, isSigned: true }]);
  });

  it.each([`?call=${lost}`, "?call=nonsense", ""])(
    "says that there is a call when nothing is known of it: %j",
    async (query) => {
      const { verbs } = await pickedUp(query);
      expect(verbs[0]?.children[0]?.text).toMatch(/^There is a call for you/);
    },
  );

  it("joins who presses 1 to the caller", async () => {
    expect((await pickedUp(`?call=${parent}`, "1")).verbs).toEqual([]);
  });

  it("hangs up on any other key", async () => {
    expect(names((await pickedUp(`?call=${parent}`, "2")).verbs)).toEqual(["Hangup"]);
  });
});
