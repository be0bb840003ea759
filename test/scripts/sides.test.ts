import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, it, onTestFinished } from "vitest";
import { freePort } from "../../scripts/parts/ports.ts";
import { accountSid, authToken, callSid, names, post } from "../functions/runtime.ts";

describe("npm run worker and npm run functions", () => {
  it("serve somebody else's phone and model with seven variables, and end when they are told to", async () => {
    const [workerPort, functionsPort] = [await freePort(), await freePort()];
    const environment = {
      PORT: String(workerPort),
      FUNCTIONS_PORT: String(functionsPort),
      SERVER_URL: `http://127.0.0.1:${workerPort}`,
      OPENAI_BASE_URL: `http://127.0.0.1:${await freePort()}/v1`,
      OPENAI_API_KEY: "sk-of-the-tests",
      TWILIO_ACCOUNT_SID: accountSid,
      TWILIO_AUTH_TOKEN: authToken,
    };
    const worker = run("worker", environment);
    const functions = run("functions", environment);
    await Promise.all([worker.says(/The Worker answers at/), functions.says(/The Functions answer at/)]);

    const { verbs } = await post(`http://127.0.0.1:${functionsPort}/twiml`, [["CallSid", callSid]]);
    expect(names(verbs)).toEqual(["Say", "Connect", "Say", "Hangup"]);
    const stream = verbs[1]?.children[0]?.attributes["url"];
    expect(stream).toBe(`ws://127.0.0.1:${workerPort}/websocket/${callSid}`);
    expect((await fetch(`http://127.0.0.1:${workerPort}/health`)).status).toBe(200);
    // No socket, no signature: the Worker knows the route, and refuses.
    expect((await fetch(`${stream?.replace("ws:", "http:")}`)).status).toBe(426);
    // The Function reaches the Worker with a signature that it takes, about a call that it does not remember. On a
    // busy machine it may give up before the Worker's first answer: then it is asked again.
    while (!functions.output().includes('"verdict":"fallback"')) {
      const after = await post(`http://127.0.0.1:${functionsPort}/stream-ended`, [["CallSid", callSid]]);
      expect(after.verbs[0]?.text).toMatch(/^We are sorry/);
      await functions.says(/"verdict":"(fallback|unknown)"/);
    }

    expect(await Promise.all([worker.stop(), functions.stop()])).toEqual([0, 0]);
    for (const port of [workerPort, functionsPort]) await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow();
  });

  it("stop with a plain word when a setting is wrong", async () => {
    const worker = run("worker", { TWILIO_ACCOUNT_SID: accountSid, TWILIO_AUTH_TOKEN: authToken });
    expect(await worker.ended).toBe(1);
    expect(worker.output()).toMatch(/OPENAI_API_KEY is missing\.\n\s+Why: .+\n\s+Fix: .+/);
    expect(worker.output()).not.toContain("    at ");
  });
});

/** Runs `npm run <name>` as npm would, with these variables alone. */
function run(name: string, environment: Record<string, string>) {
  const child = spawn(process.execPath, ["scripts/run.mjs", name], {
    env: { ...environment, PATH: process.env["PATH"], HOME: process.env["HOME"] },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += String(chunk)));
  // Without effect on one that has ended.
  onTestFinished(() => void child.kill("SIGTERM"));
  const ended = once(child, "close").then(([status]): unknown => status);
  return {
    ended,
    output: () => output,
    says: (words: RegExp) => said(child, () => words.test(output)),
    stop() {
      child.kill("SIGTERM");
      return ended;
    },
  };
}

/** Waits until something was written; fails when the program ends before. */
async function said(child: ChildProcess, isThere: () => boolean): Promise<void> {
  while (!isThere()) {
    if (child.exitCode !== null) throw new Error(`it ended with status ${child.exitCode}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
