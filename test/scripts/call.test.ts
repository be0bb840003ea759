import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { type World, startWorld } from "../world/world.ts";

const key = "the-key-of-npm-run-call";
/** Picks up, says something and hangs up. */
const brief = "+15552000001";

let world: World;
beforeAll(async () => {
  world = await startWorld({
    texts: { OUTBOUND_KEY: key },
    twilio: {
      phones: {
        [brief]: {
          does: "pick-up",
          ringMs: 1_500,
          script: [{ step: "say", text: "Hello." }, { step: "pause", ms: 1_500 }, { step: "hang-up" }],
        },
      },
    },
  });
});
afterAll(() => world.close());

/** `npm run call` with options, as somebody's terminal has it. */
const call = (...options: string[]) => callWith({ ...world.texts }, ...options);

function callWith(settings: Record<string, string | undefined>, ...options: string[]) {
  const child = spawn(process.execPath, ["scripts/call.ts", ...options], {
    env: { PATH: process.env["PATH"], NO_COLOR: "1", ...settings },
    stdio: ["ignore", "pipe", "pipe"],
  });
  return { child, said: said(child), ended: endOf(child) };
}

async function endOf(child: ChildProcess): Promise<number | null> {
  await once(child, "close");
  return child.exitCode;
}

const said = ({ stdout, stderr }: { stdout: NodeJS.ReadableStream; stderr: NodeJS.ReadableStream }): Promise<string> =>
  Promise.all([text(stdout), text(stderr)]).then((texts) => texts.join(""));

/** A call that somebody has answered, and that would go on for long. */
async function answered(to: string) {
  await expect
    .poll(() => world.twilio.calls().find(({ facts }) => facts.to === to)?.facts.status, { timeout: 20_000 })
    .toBe("in-progress");
  const found = world.twilio.calls().find(({ facts }) => facts.to === to);
  if (found === undefined) throw new Error(`nobody called ${to}`);
  return found;
}

describe("npm run call", () => {
  test("places a call and follows it to its end", async () => {
    const { said, ended } = call(brief, "--param", "name=Ada", "--greeting", "Hello {{name}}", "--time-limit", "60");
    expect(await ended).toBe(0);
    const words = (await said)
      .trim()
      .split("\n")
      .map((line) => line.replace(/^CA\w{32} /, ""));
    expect(words[0]).toBe("was placed");
    expect(words.slice(1, -1)).toEqual(expect.arrayContaining(["ringing", "answered"]));
    expect(words.at(-1)).toMatch(/^ended after \d+ s$/);
  });

  test("reaches the stand-ins of npm start without any settings but their address", async () => {
    const standIns = await startWorld();
    onTestFinished(() => standIns.close());
    const port = new URL(standIns.functionsUrl).port;
    const options = ["+15552000009", "--stand-in", standIns.twilio.apiUrl, "--time-limit", "10"];
    const { said, ended, child } = callWith({ FUNCTIONS_PORT: port }, ...options);
    await expect.poll(() => standIns.twilio.calls()[0]?.facts.status, { timeout: 20_000 }).toBe("in-progress");
    child.kill("SIGINT");
    expect([await ended, await said]).toEqual([0, expect.stringContaining("was placed")]);
    standIns.twilio.calls()[0]?.end("completed");
  });

  test("leaves the call alone at Ctrl-C, says how to end it, and ends it when it is told to", async () => {
    const { child, said, ended } = call("+15552000002");
    const going = await answered("+15552000002");
    child.kill("SIGINT");
    expect(await ended).toBe(0);
    const [, command] = /npm run call -- (--hang-up CA\w{32})/.exec(await said) ?? [];
    expect(going.facts.status).toBe("in-progress");
    expect(await call(...(command ?? "").split(" ")).ended).toBe(0);
    expect((await going.ended).facts.status).toBe("completed");
  });

  test("ends the call at Ctrl-C when it was placed so", async () => {
    const { child, ended } = call("+15552000003", "--hang-up");
    const going = await answered("+15552000003");
    child.kill("SIGINT");
    expect(await ended).toBe(0);
    expect((await going.ended).facts.status).toBe("completed");
  });

  test.each([
    [["+15552000004", "--stand-in", "nowhere"], "TWILIO_API_URL cannot be"],
    [["+442079460000"], "Calls may go to US; this number is in GB.\nName the country in OUTBOUND_COUNTRIES"],
    [["911"], "never called from here"],
    [["+15552000004", "--param", "nonsense"], "--param nonsense: write it as name=value."],
    [["+15552000004", "--loud"], "Unknown option '--loud'"],
    [["+15552000004", "+15552000005"], "One number at a time, please."],
    [["--hang-up", `CA${"0".repeat(32)}`], "Twilio does not hang up"],
  ])("%j ends with words, and places no call", async (options, words) => {
    const before = world.twilio.calls().length;
    const { said, ended } = call(...options);
    expect(await ended).toBe(1);
    expect(await said).toContain(words);
    expect(await said).not.toMatch(/\n\s+at /);
    expect(world.twilio.calls().length).toBe(before);
  });
});
