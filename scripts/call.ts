import { randomUUID } from "node:crypto";
import { parseArgs } from "node:util";
import { isCallSid } from "../common/ids.ts";
import { object, text } from "../common/json.ts";
import { outboundPath } from "../common/routes.ts";
import { type FunctionsSettings, type SettingTexts, parseSettings } from "../common/settings.ts";
import { twilioClient } from "../functions/placing/twilio-client.ts";
import { followCall } from "./parts/follow-call.ts";
import { projectFolder } from "./parts/project.ts";
import { PlainFailure, runScript } from "./parts/run-script.ts";
import { readSettingTexts } from "./parts/sides.ts";
import { withStandInAccount } from "./parts/stand-in.ts";

const help = `
npm run call -- [+15551234567] [options]    places a call and follows it until it ends
npm run call -- --hang-up CA…               ends a call that goes on

Without a number it calls MY_PHONE_NUMBER. It asks the Functions at FUNCTIONS_URL, or else those on this machine, and
shows the first of OUTBOUND_KEY. Ctrl-C stops following and leaves the call alone.

  --assistant <name>      who speaks
  --param <name=value>    what the assistant's texts may speak of; as often as you like
  --greeting <words>      what the assistant says first
  --from <number>         another of your numbers
  --time-limit <seconds>  ends it after so long
  --time-zone <zone>      where the person is, for CALLING_HOURS
  --detect-machine        has Twilio tell people from mailboxes, at its price
  --hang-up               Ctrl-C ends the call, too
  --stand-in <address>    asks the stand-ins of npm start, at the address that it shows for Twilio
`;

const options = {
  assistant: { type: "string" },
  param: { type: "string", multiple: true },
  greeting: { type: "string" },
  from: { type: "string" },
  "time-limit": { type: "string" },
  "time-zone": { type: "string" },
  "detect-machine": { type: "boolean" },
  "hang-up": { type: "boolean" },
  "stand-in": { type: "string" },
  help: { type: "boolean" },
} as const;

await runScript(async () => {
  const { values, positionals } = readArguments();
  if (values.help) return console.log(help);
  const texts = readTexts(values["stand-in"]);
  const settings = parseSettings("functions", texts);
  const [subject, ...tooMuch] = positionals;
  if (tooMuch.length > 0) throw new PlainFailure(`One number at a time, please.\n${help}`);
  if (isCallSid(subject)) return values["hang-up"] ? hangUp(settings, subject) : await follow(settings, subject, false);
  const { FUNCTIONS_PORT } = parseSettings("local", texts);
  const callSid = await place(settings, settings.FUNCTIONS_URL ?? `http://127.0.0.1:${FUNCTIONS_PORT}`, {
    to: subject,
    from: values.from,
    assistant: values.assistant,
    greeting: values.greeting,
    parameters: Object.fromEntries((values.param ?? []).map(parameter)),
    machineDetection: values["detect-machine"],
    timeLimit: values["time-limit"],
    timeZone: values["time-zone"],
    idempotencyKey: randomUUID(),
  });
  console.log(`${callSid} was placed`);
  await follow(settings, callSid, values["hang-up"] ?? false);
});

/** The settings; those of `npm start` when its stand-in for Twilio is named. */
function readTexts(standInUrl: string | undefined): SettingTexts {
  const texts = readSettingTexts(projectFolder, process.env);
  if (standInUrl === undefined) return texts;
  return { ...withStandInAccount(texts), TWILIO_API_URL: standInUrl, FUNCTIONS_URL: undefined };
}

function readArguments() {
  try {
    return parseArgs({ options, allowPositionals: true });
  } catch (error) {
    throw new PlainFailure(`${error instanceof Error ? error.message : String(error)}\n${help}`);
  }
}

function parameter(written: string): [string, string] {
  const at = written.indexOf("=");
  if (at < 1) throw new PlainFailure(`--param ${written}: write it as name=value.`);
  return [written.slice(0, at), written.slice(at + 1)];
}

/** Asks the Function; gives the call. */
async function place({ OUTBOUND_KEY }: FunctionsSettings, functionsUrl: string, request: object): Promise<string> {
  const key = OUTBOUND_KEY?.[0];
  if (key === undefined)
    throw new PlainFailure("OUTBOUND_KEY is missing: set it in .env, and deploy the Functions with it.");
  const url = functionsUrl + outboundPath;
  const response = await fetch(url, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify(request),
  }).catch((error: unknown) => {
    throw new PlainFailure(`${url} does not answer (${String(error)}). Set FUNCTIONS_URL, or start the Functions.`);
  });
  const answer = object(await response.json().catch(() => undefined));
  const callSid = text(answer["callSid"]);
  if (response.ok && callSid !== undefined) return callSid;
  const { code, message, fix } = answer;
  if (typeof message !== "string") throw new PlainFailure(`${url} answered ${response.status}: is it our Function?`);
  throw new PlainFailure(`${message}\n${String(fix)} (${response.status} ${String(code)})`);
}

async function follow(settings: FunctionsSettings, callSid: string, hangsUp: boolean): Promise<void> {
  const client = twilioClient(settings);
  const stop = new AbortController();
  process.once("SIGINT", () => stop.abort());
  const wasGood = await followCall(client, callSid, (words) => console.log(`${callSid} ${words}`), stop.signal);
  if (wasGood === undefined && hangsUp) return hangUp(settings, callSid);
  if (wasGood === undefined) console.log(`The call goes on. To end it: npm run call -- --hang-up ${callSid}`);
  if (wasGood === false) process.exitCode = 1;
}

async function hangUp(settings: FunctionsSettings, callSid: string): Promise<void> {
  try {
    await twilioClient(settings).calls(callSid).update({ status: "completed" });
    console.log(`${callSid} was hung up`);
  } catch (error) {
    throw new PlainFailure(`Twilio does not hang up: ${error instanceof Error ? error.message : String(error)}`);
  }
}
