import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { bundleFolder, bundleFunctions } from "../../scripts/parts/bundle.ts";
import { ownFolder } from "./runtime.ts";

const bundles = readdirSync(bundleFolder).filter((name) => name.endsWith(".js"));

describe("the Functions' bundles", () => {
  it("are one file for each Function, with its visibility in its name", () => {
    expect(bundles.toSorted()).toEqual([
      "outbound.js",
      "stream-ended.protected.js",
      "twiml.protected.js",
      "whisper.protected.js",
    ]);
  });

  it.each(bundles)("%s requires nothing but twilio and Node's own modules", (name) => {
    const code = readFileSync(join(bundleFolder, name), "utf8");
    const required = [...code.matchAll(/\brequire\(["']([^"']+)["']\)/g)].map(([, module = ""]) => module);
    expect(required.filter((module) => module !== "twilio" && !isBuiltin(module))).toEqual([]);
    expect(code).not.toMatch(/\bimport\s*\(/);
  });

  it.each(bundles.filter((name) => name !== "outbound.js"))("%s is small enough to start quickly: 30 kB", (name) => {
    expect(statSync(join(bundleFolder, name)).size).toBeLessThan(30_000);
  });

  it("outbound.js alone carries the numbering plans of the world: 260 kB", () => {
    expect(statSync(join(bundleFolder, "outbound.js")).size).toBeLessThan(260_000);
  });

  it("are CommonJS for Node, whatever the project is", () => {
    expect(JSON.parse(readFileSync(join(bundleFolder, "package.json"), "utf8"))).toEqual({ type: "commonjs" });
  });

  it("lose the file of a Function that is no more", async () => {
    const folder = ownFolder();
    const stale = join(folder, "forgotten.js");
    writeFileSync(stale, "exports.handler = (context, event, callback) => callback(null, 'still here');\n");
    await bundleFunctions(folder);
    expect(existsSync(stale)).toBe(false);
    expect(existsSync(join(folder, "twiml.protected.js"))).toBe(true);
  });
});
