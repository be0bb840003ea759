import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { projectFolder } from "../../scripts/parts/project.ts";
import { readSettingTexts, writeEnvFile } from "../../scripts/parts/sides.ts";
import { apiKey, authToken, copyOf } from "./copy.ts";

type Request = { request: string; body: string };

describe("the Functions' deploy, rehearsed against an interface of Twilio's that is not there", () => {
  const folder = copyOf(".twilioserverlessrc", "functions", "dist/functions");
  writeEnvFile("functions", readSettingTexts(folder, {}), join(folder, "dist"));
  const requests = rehearse(folder);

  it("uploads the Functions at their paths: Twilio's own protected, and the one that asks for a key public", () => {
    const uploads = requests.filter(({ request }) => request.endsWith("/Versions")).map(({ body }) => body);
    const routes = uploads.map((form) => [formField(form, "Path"), formField(form, "Visibility")].join(" "));
    expect(routes.toSorted()).toEqual([
      "/outbound public",
      "/stream-ended protected",
      "/twiml protected",
      "/whisper protected",
    ]);
  });

  it("builds with twilio as the only dependency, on Node 22", () => {
    const build = formOf("/Builds");
    // twilio-run puts the list between quotes once more.
    const list = build.get("Dependencies")?.replace(/^"|"$/g, "") ?? "";
    const dependencies: { name: string; version: string }[] = JSON.parse(list);
    const { dependencies: ours } = readJson(join(projectFolder, "package.json"));
    expect(dependencies).toEqual([{ name: "twilio", version: ours.twilio }]);
    expect(build.get("Runtime")).toBe("node22");
  });

  it("has the platform give the account's credentials to every Function", () => {
    expect(formOf("/Services").get("IncludeCredentials")).toBe("true");
  });

  it("leaves the account's credentials to the platform, and the model's key to the Worker", () => {
    const variables = requests
      .filter(({ request }) => request === `POST ${variablesPath}`)
      .map(({ body }) => new URLSearchParams(body));
    const names = variables.map((variable) => variable.get("Key"));
    expect(names).toEqual(expect.arrayContaining(["SERVER_URL", "LINK_SECRET", "SAY_GREETING", "OUTBOUND_KEY"]));
    expect(names.filter((name) => /ACCOUNT_SID|AUTH_TOKEN|OPENAI|SYSTEM_MESSAGE|LOOKUP/.test(name ?? ""))).toEqual([]);
    expect(variables.find((variable) => variable.get("Key") === "SERVER_URL")?.get("Value")).toBe(
      "https://voicecall.example.workers.dev",
    );
  });

  it("sends neither the model's key nor the account's token in any request's body", () => {
    expect(JSON.stringify(requests)).not.toContain(apiKey);
    expect(JSON.stringify(requests)).not.toContain(authToken);
  });

  it("ends with a deployment", () => {
    expect(requests.at(-1)?.request).toMatch(/^POST .*\/Deployments$/);
  });

  const formOf = (path: string): URLSearchParams =>
    new URLSearchParams(requests.find(({ request }) => request.startsWith("POST") && request.endsWith(path))?.body);
});

const variablesPath = `/v1/Services/ZS${"0".repeat(32)}/Environments/ZE${"0".repeat(32)}/Variables`;

describe("a plain twilio-run deploy in a folder with a full .env, where nobody has run npm run build", () => {
  it("sends nothing at all: the .env itself is never taken", () => {
    const folder = copyOf(".twilioserverlessrc", "functions", "dist/functions");
    const { status, stderr, stdout } = deploy(folder);
    expect(status).toBe(1);
    expect(stdout + stderr).toContain("dist/functions.env");
    expect(existsSync(join(folder, recordName))).toBe(false);
  });
});

const recordName = "requests.jsonl";

/** Deploys from a copy of the project with a full .env, as its user would; gives the requests. */
function rehearse(folder: string): Request[] {
  const { status, stdout, stderr } = deploy(folder);
  if (status !== 0) throw new Error(`The deploy ended with ${status}\n${stdout}${stderr}`);
  return readFileSync(join(folder, recordName), "utf8")
    .trim()
    .split("\n")
    .map((line): Request => JSON.parse(line));
}

function deploy(folder: string) {
  const preload = join(projectFolder, "test/deploy/serverless-api.ts");
  const program = join(projectFolder, "node_modules/twilio-run/bin/twilio-run.js");
  return spawnSync(process.execPath, ["--import", preload, program, "deploy"], {
    cwd: folder,
    env: { PATH: process.env["PATH"], HOME: folder, CI: "1", REHEARSAL_RECORD: join(folder, recordName) },
    encoding: "utf8",
  });
}

function formField(form: string, name: string): string | undefined {
  return new RegExp(`name="${name}"\\r\\n\\r\\n(.*)\\r\\n`).exec(form)?.[1];
}

function readJson(path: string): { dependencies: { twilio: string } } {
  return JSON.parse(readFileSync(path, "utf8"));
}
