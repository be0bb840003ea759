import { appendFileSync } from "node:fs";
import nock from "nock";

// Loaded before twilio-run (`node --import`): Twilio's Serverless API as far as a first deploy asks it, and nothing
// else of the internet. Each request is a line of the file that REHEARSAL_RECORD names (twilio.md 5.8).

nock.disableNetConnect();

const sid = (prefix: string): string => prefix + "0".repeat(32);

/** The answer to a request, by its method and the last words of its path. */
const answers: [RegExp, object][] = [
  [/^POST .*\/Services$/, { sid: sid("ZS"), unique_name: "voicecall" }],
  [/^POST .*\/Environments$/, { sid: sid("ZE"), unique_name: "dev", domain_name: "voicecall-1234-dev.twil.io" }],
  [/^POST .*\/Functions$/, { sid: sid("ZH"), friendly_name: "a function" }],
  [/^POST .*\/Versions$/, { sid: sid("ZN") }],
  [/^POST .*\/Builds$/, { sid: sid("ZB"), status: "building" }],
  [/^GET .*\/Builds\/\w+(\/Status)?$/, { sid: sid("ZB"), status: "completed" }],
  [/^POST .*\/Variables$/, { sid: sid("ZV") }],
  [/^POST .*\/Deployments$/, { sid: sid("ZD") }],
];

const emptyList = { meta: { next_page_url: null }, environments: [], functions: [], assets: [], variables: [] };

async function answer(request: Request): Promise<[number, object]> {
  const line = `${request.method} ${new URL(request.url).pathname}`;
  const record = JSON.stringify({ request: line, body: await request.text() });
  appendFileSync(process.env["REHEARSAL_RECORD"] ?? "", `${record}\n`);
  return [request.method === "POST" ? 201 : 200, answers.find(([shape]) => shape.test(line))?.[1] ?? emptyList];
}

for (const host of ["https://serverless.twilio.com", "https://serverless-upload.twilio.com"])
  nock(host).persist().get(/./).reply(answer).post(/./).reply(answer);
