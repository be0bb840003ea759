import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import { projectFolder } from "../../scripts/parts/project.ts";
import { readSettingTexts, sideVariables, writeEnvFile } from "../../scripts/parts/sides.ts";
import { type Upload, cloudflareApi } from "./cloudflare-api.ts";
import { copyOf, prompt } from "./copy.ts";

describe("the Worker's deploy", () => {
  const folder = copyOf("worker", "common", "wrangler.toml");
  const texts = { ...readSettingTexts(folder, {}), SYSTEM_MESSAGE: prompt };
  const envFile = writeEnvFile("worker", texts, join(folder, "dist"));

  it("bundles without an account, a login or a network", async () => {
    const { stdout } = await wrangler(folder, ["deploy", "--dry-run", "--outdir", join(folder, "dist/worker")], {});
    expect(stdout).toContain("--dry-run: exiting now.");
    expect(stdout).toContain("env.CALL (Call)");
  });

  describe("rehearsed against an interface of Cloudflare's that is not there", () => {
    let upload: Upload | undefined;
    beforeAll(async () => {
      const api = await cloudflareApi();
      await wrangler(folder, ["deploy", "--env-file", envFile, "--secrets-file", envFile], {
        CLOUDFLARE_API_BASE_URL: api.url,
        CLOUDFLARE_API_TOKEN: "token",
        CLOUDFLARE_ACCOUNT_ID: "account",
      });
      upload = api.uploads[0];
      await api.close();
    });

    it("gives the Worker exactly its own settings, as secrets, each as it was written", () => {
      const secrets = upload?.bindings.filter(({ type }) => type === "secret_text") ?? [];
      const values = Object.fromEntries(secrets.map(({ name, text }) => [name, text]));
      expect(values).toMatchObject(sideVariables("worker", texts));
      expect(values["SYSTEM_MESSAGE"]).toBe(prompt);
      const strange = Object.keys(values).filter((name) => !(name in sideVariables("worker", texts)));
      expect(strange).toEqual(["VOICECALL_BACKTICK"]);
    });

    it("binds the calls, their records and the switchboard, and lets live ones end on the old code", () => {
      const objects = upload?.bindings.filter(({ type }) => type === "durable_object_namespace");
      expect(objects).toEqual([
        { name: "CALL", type: "durable_object_namespace", class_name: "Call" },
        { name: "RECORD", type: "durable_object_namespace", class_name: "CallRecord" },
        { name: "SWITCHBOARD", type: "durable_object_namespace", class_name: "Switchboard" },
      ]);
      expect(JSON.stringify(upload?.migrations)).toMatch(
        /"new_sqlite_classes":\["Call"\].*\["Switchboard"\].*\["CallRecord"\]/,
      );
      expect(upload?.code_update_strategy).toEqual({ mode: "deferred", max_delay: 14_400 });
    });
  });
});

const wrangler = (folder: string, options: string[], environment: Record<string, string>) =>
  promisify(execFile)(process.execPath, [join(projectFolder, "node_modules/wrangler/bin/wrangler.js"), ...options], {
    cwd: folder,
    env: {
      PATH: process.env["PATH"],
      HOME: folder,
      CI: "1",
      NO_COLOR: "1",
      WRANGLER_SEND_METRICS: "false",
      WRANGLER_HIDE_BANNER: "true",
      ...environment,
    },
  });
