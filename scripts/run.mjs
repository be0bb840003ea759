// What every npm script goes through: installs what is missing, then goes on under the installed Node 22, which is the
// only one that all the tools accept. Plain JavaScript without dependencies: it runs on a fresh clone, under Node 20.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const projectFolder = fileURLToPath(new URL("..", import.meta.url));
const modulesFolder = join(projectFolder, "node_modules");
const installedNode = join(modulesFolder, "node", "bin", "node");
const installLock = join(projectFolder, ".install.lock");
const installPatienceMs = 15 * 60_000;

const commands = {
  demo: ["scripts/demo.ts"],
  start: ["scripts/start.ts"],
  test: ["node_modules/vitest/vitest.mjs", "run"],
  check: ["scripts/check.ts"],
  build: ["scripts/build.ts"],
  worker: ["scripts/worker.ts"],
  functions: ["scripts/functions.ts"],
  call: ["scripts/call.ts"],
  chaos: ["bench/chaos.ts"],
  soak: ["bench/soak.ts"],
};

const [name = "", ...options] = process.argv.slice(2);
// Each file of bench/ is a benchmark of its own: `npm run bench -- load`.
if (name === "bench") commands.bench = [`bench/${options.shift() ?? "load"}.ts`];
const command = commands[name];
if (command === undefined) fail(`Usage: node scripts/run.mjs ${Object.keys(commands).join("|")}|bench [options]`);
if (!isInstalled()) await install();
if (process.exitCode) process.exit();
if (!existsSync(installedNode)) fail("Node 22 is not installed: run `npm ci` without --ignore-scripts.");
await run(installedNode, [...command, ...options], {
  ...process.env,
  PATH: [join(modulesFolder, ".bin"), process.env.PATH].join(delimiter),
  // Nothing of ours reports home, or looks for a newer version of itself.
  WRANGLER_SEND_METRICS: "false",
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
  WRANGLER_HIDE_BANNER: "true",
});

/** Whether `npm ci` has come to its end since the list of packages changed: its last act is to write a list of its own. */
function isInstalled() {
  const installed = join(modulesFolder, ".package-lock.json");
  return (
    existsSync(installed) && statSync(installed).mtimeMs >= statSync(join(projectFolder, "package-lock.json")).mtimeMs
  );
}

/** Installs the packages; of several commands started at once, one does it and the others wait. */
async function install() {
  const giveUpAtMs = Date.now() + installPatienceMs;
  while (!takeLock()) {
    if (Date.now() > giveUpAtMs) fail(`Another command seems to be installing. If none is, remove ${installLock}.`);
    await pause(200);
  }
  try {
    if (!isInstalled()) await npmInstall();
  } finally {
    rmSync(installLock, { recursive: true, force: true });
  }
}

async function npmInstall() {
  console.log("Installing the packages, once. This takes a minute or two.");
  // Everything here is a development dependency: NODE_ENV=production must not leave it out.
  await run("npm", ["ci", "--no-audit", "--no-fund", "--include=dev", "--include=optional"], process.env);
}

/**
 * Takes the lock, a folder that holds a file named by its owner's process. A folder can be renamed onto an empty one
 * and not onto another: so a dead owner's file is simply removed, and of all who wait one gets the place.
 */
function takeLock() {
  const mine = `${installLock}.${process.pid}`;
  mkdirSync(mine, { recursive: true });
  writeFileSync(join(mine, String(process.pid)), "");
  try {
    renameSync(mine, installLock);
    return true;
  } catch {
    rmSync(mine, { recursive: true, force: true });
    for (const owner of lockOwners()) if (!isAlive(Number(owner))) rmSync(join(installLock, owner), { force: true });
    return false;
  }
}

function lockOwners() {
  try {
    return readdirSync(installLock);
  } catch {
    return [];
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

/** Runs a program on this terminal; its signals and its end are ours. */
function run(program, programArguments, env) {
  const child = spawn(program, programArguments, { cwd: projectFolder, stdio: "inherit", env });
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
  // A terminal's Ctrl-C reaches the child without us; we only have to outlive it.
  const forward = (signal) => (signal === "SIGINT" && process.stdin.isTTY ? undefined : child.kill(signal));
  for (const signal of signals) process.on(signal, forward);
  // npm, killed, takes nobody along: whoever's parent is gone has been abandoned, and must not keep the ports.
  const parentId = process.ppid;
  const orphanWatch = setInterval(() => process.ppid !== parentId && child.kill("SIGTERM"), 500);
  orphanWatch.unref();
  return new Promise((resolve) => {
    child.once("error", (error) => fail(`${program} cannot be started: ${error.message}`));
    child.once("close", (code, signal) => {
      clearInterval(orphanWatch);
      for (const signal of signals) process.off(signal, forward);
      process.exitCode = code ?? 128 + constants.signals[signal];
      resolve();
    });
  });
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
