import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { describe, expect, it } from "vitest";
import { unstable_getVarsForDev as varsOfWrangler } from "wrangler";
import { settingTable } from "../common/setting-table.ts";
import { envExample } from "../scripts/env-example.ts";
import { envFileForTwilioRun, envFileForWrangler } from "../scripts/parts/env-file.ts";
import { checkSides, readSettingTexts, sideVariables, writeEnvFile } from "../scripts/parts/sides.ts";

/** twilio-run's reader of env files, for its start and its deploy alike. */
const twilioRun: {
  readLocalEnvFile(flags: { cwd: string; env: string }): Promise<{ localEnv: Record<string, string> }>;
} = createRequire(import.meta.url)("twilio-run/dist/config/utils/env.js");

const ownFolder = (): string => mkdtempSync(join(tmpdir(), "voicecall-"));

const full = {
  OPENAI_API_KEY: "sk-of-the-tests",
  TWILIO_ACCOUNT_SID: `AC${"0".repeat(32)}`,
  TWILIO_AUTH_TOKEN: "token-of-the-tests",
  SYSTEM_MESSAGE: "Be kind.",
  SAY_GREETING: "Hello.",
  FALLBACK_NUMBER: "+15551234567",
  FUNCTIONS_PORT: "4000",
  UNRELATED: "not ours",
};

/** Each under a name of its own, so that one value may not swallow the next. */
const awkward = {
  PLAIN: "plain",
  SPACES: "two words,  and more",
  HASH: "a # b #c",
  DOLLARS: "$HOME costs $5 or ${PLAIN} $$ $(id) ${HOME:-none}",
  SINGLE: "it's",
  DOUBLE: 'she said "hello"',
  QUOTED: '"all of it"',
  HALF: '"half',
  HALF_SINGLE: "half'",
  BACKTICKS: "run `it`",
  EQUALS: "a=b=c",
  EXCLAIMED: "wow! \\o/ 100% \\d+ \\$5",
  BACKSLASH_N: "C:\\new",
  LINES: "one\ntwo\n\nthree",
  COMMENT_LINES: "# Role\nYou're kind.\n# Rules\nNEXT=no",
  MARKDOWN: "# Role\nYou're the `agent` of \"R&D\": $5 a call.\n\n- don't say `$PLAIN`\n",
  UNICODE: "Grüß Gott 😀 – ¿qué?",
  LAST: "last",
};

describe("an env file", () => {
  it("for twilio-run gives back every value through twilio-run's own reader", async () => {
    const folder = ownFolder();
    writeFileSync(join(folder, "functions.env"), envFileForTwilioRun(awkward));
    const { localEnv } = await twilioRun.readLocalEnvFile({ cwd: folder, env: "functions.env" });
    expect(localEnv).toEqual(trimmed(awkward));
  });

  it("for wrangler gives back every value through wrangler's own reader", () => {
    const path = join(ownFolder(), "worker.env");
    writeFileSync(path, envFileForWrangler(awkward));
    const { VOICECALL_BACKTICK: _, ...bindings } = varsOfWrangler(undefined, [path], {}, undefined, true);
    expect(Object.fromEntries(Object.entries(bindings).map(([name, { value }]) => [name, value]))).toEqual(awkward);
  });

  it("refuses by name a value that its reader cannot be given", () => {
    expect(() => envFileForTwilioRun({ GREETING: "both \n and \\n" })).toThrow(/^GREETING holds line breaks/);
    expect(() => envFileForTwilioRun({ GREETING: "a\u2028b" })).toThrow(/^GREETING/);
    expect(() => envFileForWrangler({ MESSAGE: "the end \\" })).toThrow(/^MESSAGE has a backslash/);
  });

  it("is readable by its owner alone, even where one lay open before", () => {
    const folder = join(ownFolder(), "dist");
    mkdirSync(folder);
    writeFileSync(join(folder, "worker.env"), "OLD=1\n", { mode: 0o644 });
    expect(statSync(writeEnvFile("worker", full, folder)).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(folder, "worker.env"), "utf8")).not.toContain("OLD");
  });
});

describe("a side's variables", () => {
  it("are its own: the model's key stays with the Worker, and the account goes by the runtime's names", () => {
    const functions = sideVariables("functions", full);
    const shared = ["LINK_SECRET", "SERVER_URL"];
    const accountAndWords = ["ACCOUNT_SID", "AUTH_TOKEN", "SAY_GREETING", "FALLBACK_NUMBER"];
    expect(new Set(Object.keys(functions))).toEqual(new Set([...shared, ...accountAndWords]));
    expect(functions["ACCOUNT_SID"]).toBe(full.TWILIO_ACCOUNT_SID);
    const accountAndModel = ["TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "OPENAI_API_KEY", "SYSTEM_MESSAGE"];
    expect(new Set(Object.keys(sideVariables("worker", full)))).toEqual(new Set([...shared, ...accountAndModel]));
  });

  it("join both sides by the same secret and the same address", () => {
    const [functions, worker] = [sideVariables("functions", full), sideVariables("worker", full)];
    expect(functions["LINK_SECRET"]).toBe(worker["LINK_SECRET"]);
    expect(functions["SERVER_URL"]).toBe(worker["SERVER_URL"]);
  });

  it("keep a wish for nothing through a deploy, which drops what is empty", () => {
    const texts = { ...full, SAY_GREETING: "", VOICEMAIL_SENTENCE: "", TRANSCRIPTION_MODEL: " ", FUNCTIONS_URL: "" };
    const functions = sideVariables("functions", texts);
    expect([functions["SAY_GREETING"], functions["VOICEMAIL_SENTENCE"]]).toEqual(["off", "off"]);
    expect(functions).not.toHaveProperty("FUNCTIONS_URL");
    expect(sideVariables("worker", texts)["TRANSCRIPTION_MODEL"]).toBe("off");
  });
});

describe("the settings as written", () => {
  it("come from .env, or from .env.local without one; the environment wins", () => {
    const folder = ownFolder();
    expect(readSettingTexts(folder, { PORT: "1" })).toEqual({ PORT: "1" });
    writeFileSync(join(folder, ".env.local"), "PORT=2\nVOICE=ash\n");
    expect(readSettingTexts(folder, {})).toEqual({ PORT: "2", VOICE: "ash" });
    writeFileSync(join(folder, ".env"), 'PORT=3\nSYSTEM_MESSAGE=`It\'s\n"kind"`\n');
    expect(readSettingTexts(folder, { PORT: "1" })).toEqual({ PORT: "1", SYSTEM_MESSAGE: 'It\'s\n"kind"' });
  });

  it("are checked for both sides at once, each problem told once", () => {
    expect(() => checkSides(["functions", "worker"], { ...full, TWILIO_ACCOUNT_SID: "", OPENAI_API_KEY: "" })).toThrow(
      expect.objectContaining({
        problems: [
          expect.objectContaining({ name: "TWILIO_ACCOUNT_SID" }),
          expect.objectContaining({ name: "OPENAI_API_KEY" }),
        ],
      }),
    );
  });
});

describe(".env.example", () => {
  it("is what the table of settings says; node scripts/env-example.ts writes it", () => {
    expect(readFileSync(".env.example", "utf8")).toBe(envExample());
  });

  it("names every setting, and leaves open only the three that are needed", () => {
    const written = envExample();
    for (const name of Object.keys(settingTable)) expect(written).toMatch(new RegExp(`^(# )?${name}=`, "m"));
    const open = Object.keys(parseEnv(written));
    expect(open).toEqual(["OPENAI_API_KEY", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"]);
  });

  it("holds the defaults: to take all its comments away changes nothing", () => {
    const uncommented = envExample().replace(/^# (?=[A-Z_]+=.)/gm, "");
    const texts = { ...parseEnv(uncommented), TWILIO_ACCOUNT_SID: full.TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN: "t" };
    expect(() => checkSides(["functions"], texts)).not.toThrow();
    expect(texts).toMatchObject({ SAY_GREETING: "Connected to Chatbot.", VOICE: "alloy" });
  });
});

describe("npm run build", () => {
  it("stops with what is wrong, why and how to mend it, and writes nothing", () => {
    const environment = { PATH: process.env["PATH"], TWILIO_ACCOUNT_SID: "AC1", TWILIO_AUTH_TOKEN: "secret-token" };
    const build = spawnSync(process.execPath, ["scripts/build.ts", "--side", "functions"], {
      env: environment,
      encoding: "utf8",
    });
    expect(build.status).toBe(1);
    expect(build.stderr).toMatch(/TWILIO_ACCOUNT_SID has the wrong shape\.\n\s+Why: .+\n\s+Fix: .+/);
    expect(build.stderr).not.toContain("secret-token");
    expect(build.stdout).toBe("");
  });
});

/** dotenv 6 takes white space off the ends; so do we, when a setting is read. */
const trimmed = (values: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, value.trim()]));
