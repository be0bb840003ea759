import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { text } from "node:stream/consumers";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";

/** In npm's place: takes its time, says that it was here, and leaves behind what scripts/run.mjs looks for. */
const npm = `#!/bin/sh
echo "installed by $$ with $*" >> installs.log
sleep 0.5
mkdir -p node_modules/node/bin
printf '#!/bin/sh\\nexec "${process.execPath}" "$@"\\n' > node_modules/node/bin/node
chmod +x node_modules/node/bin/node
touch node_modules/.package-lock.json
exit \${NPM_EXIT:-0}
`;

/** In the place of what a command runs. */
const script = `
process.on("SIGTERM", () => process.exit(7));
const { PATH: path, WRANGLER_SEND_METRICS: metrics } = process.env;
console.log(JSON.stringify({ options: process.argv.slice(2), metrics, path }));
if (process.argv.includes("stay")) setInterval(() => {}, 1000);
else process.exitCode = Number(process.argv[2] ?? 0);
`;

describe("scripts/run.mjs on a fresh clone", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "voicecall-"));
    mkdirSync(join(folder, "scripts"));
    mkdirSync(join(folder, "bin"));
    cpSync("scripts/run.mjs", join(folder, "scripts/run.mjs"));
    writeFileSync(join(folder, "scripts/build.ts"), script);
    writeFileSync(join(folder, "package-lock.json"), "{}");
    writeFileSync(join(folder, "bin/npm"), npm);
    chmodSync(join(folder, "bin/npm"), 0o755);
  });

  function start(options: string[], environment: Record<string, string> = {}) {
    const child = spawn(process.execPath, ["scripts/run.mjs", ...options], {
      cwd: folder,
      env: { ...environment, PATH: [join(folder, "bin"), process.env["PATH"]].join(delimiter) },
      stdio: ["ignore", "pipe", "pipe"],
    });
    onTestFinished(() => void child.kill("SIGKILL"));
    return child;
  }

  async function run(options: string[], environment?: Record<string, string>) {
    const child = start(options, environment);
    const [output, error, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
    return { output, error, status };
  }

  const installs = (): string[] => {
    const log = join(folder, "installs.log");
    return existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : [];
  };

  it("installs the packages, and then runs the command with its options", async () => {
    const { output, status } = await run(["build", "3", "--side", "worker"]);
    expect(status).toBe(3);
    expect(installs()).toEqual([expect.stringMatching(/ with ci .*--include=dev/)]);
    expect(output).toContain('"options":["3","--side","worker"],"metrics":"false"');
    expect(output).toContain(`"path":"${join(folder, "node_modules/.bin")}${delimiter}`);
  });

  it("installs again only when the list of packages is newer", async () => {
    await run(["build"]);
    await run(["build"]);
    expect(installs()).toHaveLength(1);
    const soon = new Date(Date.now() + 60_000);
    utimesSync(join(folder, "package-lock.json"), soon, soon);
    await run(["build"]);
    expect(installs()).toHaveLength(2);
  });

  it("installs once when several commands start at the same time", async () => {
    const runs = await Promise.all([run(["build"]), run(["build"]), run(["build"]), run(["build"])]);
    expect(runs.map(({ status }) => status)).toEqual([0, 0, 0, 0]);
    expect(installs()).toHaveLength(1);
    expect(existsSync(join(folder, ".install.lock"))).toBe(false);
  });

  it("takes over from an installer that has died", async () => {
    const dead = start(["nothing"]);
    await once(dead, "close");
    mkdirSync(join(folder, ".install.lock"));
    writeFileSync(join(folder, ".install.lock", String(dead.pid)), "");
    const runs = await Promise.all([run(["build"]), run(["build"]), run(["build"])]);
    expect(runs.map(({ status }) => status)).toEqual([0, 0, 0]);
    expect(installs()).toHaveLength(1);
  });

  it("waits for an installer that lives", async () => {
    mkdirSync(join(folder, ".install.lock"));
    writeFileSync(join(folder, ".install.lock", String(process.pid)), "");
    const child = start(["build"]);
    const early = await Promise.race([once(child, "close").then(() => "ended"), later("waiting")]);
    expect([early, installs()]).toEqual(["waiting", []]);
  });

  it("stops when the packages cannot be installed", async () => {
    const { output, status } = await run(["build"], { NPM_EXIT: "9" });
    expect(status).toBe(9);
    expect(output).not.toContain("options");
    expect(existsSync(join(folder, ".install.lock"))).toBe(false);
  });

  it("hands a signal on, and ends as its command ends", async () => {
    const child = start(["build", "stay"]);
    for await (const chunk of child.stdout) if (String(chunk).includes("options")) break;
    child.kill("SIGTERM");
    expect(await once(child, "close")).toEqual([7, null]);
  });

  it("says what there is when the command is unknown", async () => {
    const { error, status } = await run(["dance"]);
    expect(status).toBe(1);
    expect(error).toMatch(/^Usage: .*demo\|start\|test\|check\|build\|worker\|functions\|call\|chaos\|soak\|bench/);
    expect(installs()).toEqual([]);
  });
});

const later = (word: string): Promise<string> => new Promise((resolve) => setTimeout(() => resolve(word), 1000));
