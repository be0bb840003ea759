import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterAll, describe, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "voicecall-walls-"));
copyFileSync(".oxlintrc.json", join(folder, ".oxlintrc.json"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What lint says of one file, were it in the project. */
function lint(path: string, code: string): string {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, code);
  const { stdout } = spawnSync(process.execPath, [resolve("node_modules/oxlint/bin/oxlint"), path], {
    cwd: folder,
    encoding: "utf8",
  });
  rmSync(file);
  return stdout;
}

const importing = (path: string): string => `import { x } from "${path}";\nx();\n`;

describe("who may import whom (DESIGN 4)", () => {
  test.each([
    ["worker/bridge/planted.ts", "../log.ts"],
    ["worker/bridge/planted.ts", "../../common/ids.ts"],
    ["worker/bridge/planted.ts", "node:crypto"],
    ["worker/twilio/planted.ts", "../conversation.ts"],
    ["worker/twilio/planted.ts", "../models/provider.ts"],
    ["worker/twilio/planted.ts", "../bridge/bridge.ts"],
    ["worker/models/planted.ts", "../call.ts"],
    ["worker/models/vendor/planted.ts", "../../open-socket.ts"],
    ["worker/models/vendor/planted.ts", "../../twilio/media-stream.ts"],
    ["worker/tools/planted.ts", "../call.ts"],
    ["worker/tools/planted.ts", "../../sim/clock.ts"],
    ["worker/planted.ts", "../sim/clock.ts"],
    ["worker/planted.ts", "../functions/twiml.protected.ts"],
    ["functions/planted.ts", "../worker/call.ts"],
    ["functions/planted.ts", "../bench/load.ts"],
    ["common/planted.ts", "../worker/log.ts"],
    ["common/planted.ts", "node:fs"],
    ["sim/planted.ts", "../worker/log.ts"],
    ["sim/twilio/planted.ts", "../../common/ids.ts"],
  ])("%s may not import %s", (path, imported) => {
    expect(lint(path, importing(imported))).toContain("no-restricted-imports");
  });

  test.each([
    ["worker/bridge/planted.ts", "./events.ts"],
    ["worker/twilio/planted.ts", "../bridge/events.ts"],
    ["worker/models/vendor/planted.ts", "../provider.ts"],
    ["worker/models/vendor/planted.ts", "../../bridge/timers.ts"],
    ["worker/tools/planted.ts", "../../common/json.ts"],
    ["worker/planted.ts", "../common/ids.ts"],
    ["functions/planted.ts", "../common/ids.ts"],
    ["sim/twilio/planted.ts", "../clock.ts"],
  ])("%s may import %s", (path, imported) => {
    expect(lint(path, importing(imported))).not.toContain("no-restricted-imports");
  });

  test.each(["Date.now()", "Promise.resolve()", "globalThis.Date", "setTimeout(() => undefined, 1)"])(
    "the bridge may not use %s",
    (code) => {
      expect(lint("worker/bridge/planted.ts", `export const x = ${code};\n`)).toContain("no-restricted-globals");
    },
  );
});
