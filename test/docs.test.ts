import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { settingTable } from "../common/setting-table.ts";
import packageJson from "../package.json" with { type: "json" };

const folders = [".", "docs", "docs/decisions", "sim", "worker/models/openai-realtime", "worker/models/openai-live"];
const pages = folders.flatMap((folder) =>
  readdirSync(folder)
    .filter((name) => name.endsWith(".md"))
    .map((name) => join(folder, name)),
);
const read = (path: string): string => readFileSync(path, "utf8");
const all = (text: string, shape: RegExp): string[] => [...text.matchAll(shape)].map(([, found = ""]) => found);

describe.each(pages)("%s", (page) => {
  const text = read(page);

  test("every link leads somewhere", () => {
    const links = all(text, /\]\(([^)#]+)\)/g).filter((link) => !link.startsWith("https:"));
    expect(links.filter((link) => !existsSync(join(dirname(page), link)))).toEqual([]);
  });

  test("every command exists", () => {
    const commands = all(text, /`npm run (\w+)/g).concat(all(text, /`npm (test|start)\b/g));
    expect(commands.filter((name) => !(name in packageJson.scripts))).toEqual([]);
  });

  test("every file of ours that it names exists", () => {
    const named = all(text, /`((?:worker|sim|test|bench|scripts|functions|common|docs)\/[\w./-]*)`/g);
    expect(named.filter((path) => !existsSync(path))).toEqual([]);
  });

  test("every setting that it names exists", () => {
    const known = new Set([...Object.keys(settingTable), "ACCOUNT_SID", "AUTH_TOKEN"]);
    const named = all(text, /`([A-Z][A-Z]+(?:_[A-Z]+)+)`/g);
    expect(named.filter((name) => !known.has(name))).toEqual([]);
  });
});

test("every test that the page on security names is there", () => {
  const named = [...read("docs/security.md").matchAll(/`(test\/[\w./-]+)`: “([^”]+)”/g)];
  expect(named.length).toBeGreaterThan(15);
  expect(named.filter(([, path = "", name = ""]) => !read(path).includes(name)).map(([, , name]) => name)).toEqual([]);
});
