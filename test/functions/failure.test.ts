import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { linkSecret } from "../../common/secrets.ts";
import { startFunctionRuntime, startFunctions } from "../../scripts/parts/functions.ts";
import { freePort } from "../../scripts/parts/ports.ts";
import { askedWorker, json } from "./asked-worker.ts";
import { authToken, callSid, leastSettings, names, ownFolder, post } from "./runtime.ts";

describe("a Function", () => {
  it("answers with an apology when its settings are wrong, and its log names them without the secrets", async () => {
    const envFile = join(ownFolder(), "functions.env");
    writeFileSync(envFile, `AUTH_TOKEN=${authToken}\nSERVER_URL=http://voice.example\nLINK_SECRET=tooshort\n`);
    const functions = await startFunctionRuntime({ port: await freePort(), envFile });
    onTestFinished(() => functions.close());
    const answers = await Promise.all(
      ["/twiml", "/stream-ended"].map((path) => post(functions.url + path, [["CallSid", callSid]])),
    );
    for (const { status, verbs } of answers) {
      expect(status).toBe(200);
      expect(names(verbs)).toEqual(["Say", "Hangup"]);
    }
    const outbound = await fetch(`${functions.url}/outbound`, { method: "POST" });
    expect([outbound.status, await outbound.json()]).toMatchObject([500, { code: "misconfigured" }]);
    for (const name of ["TWILIO_ACCOUNT_SID", "SERVER_URL", "LINK_SECRET"])
      await expect.poll(() => functions.output()).toContain(`${name} `);
    expect(functions.output()).not.toContain(authToken);
    expect(functions.output()).not.toContain("tooshort");
  });

  it("answers as well in a process of its own, as on the platform", async () => {
    const worker = await askedWorker(linkSecret(leastSettings), { [callSid]: json({ verdict: "hang-up" }) });
    const texts = { ...leastSettings, SERVER_URL: worker.url };
    const plan = { port: await freePort(), texts, folder: ownFolder(), isForking: true };
    const functions = await startFunctions(plan);
    onTestFinished(async () => void (await Promise.all([functions.close(), worker.close()])));
    const twiml = await post(`${functions.url}/twiml`, [["CallSid", callSid]]);
    const after = await post(`${functions.url}/stream-ended`, [["CallSid", callSid]]);
    const unnamed = await post(`${functions.url}/twiml`, []);
    expect(names(twiml.verbs)).toEqual(["Say", "Connect", "Say", "Hangup"]);
    expect(after.verbs[0]?.text).toBe("Goodbye.");
    expect([unnamed.status, names(unnamed.verbs)]).toEqual([200, ["Say", "Hangup"]]);
  });
});
