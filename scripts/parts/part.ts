import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { projectFolder } from "./project.ts";
import { PlainFailure } from "./run-script.ts";

/** One running program of the project: a Function runtime, or a Worker. */
export type Part = {
  /** Where it answers, without a slash at the end. */
  url: string;
  /** All it has written so far. */
  output(): string;
  /** Resolves when it has ended, by itself or not. */
  ended: Promise<void>;
  /** Ends it, and whatever it has started. */
  close(): Promise<void>;
};

/** What to start, and where it will answer. `onLine` gets each line that it writes. */
export type PartPlan = {
  name: string;
  /** The Node program, by its path in the project, and its options: each with its value. */
  program: string;
  options: readonly (readonly string[])[];
  url: string;
  environment: Readonly<Record<string, string | undefined>>;
  onLine?: ((line: string) => void) | undefined;
};

/** A cold start on a busy machine takes seconds; something is wrong after this. */
const startDeadlineMs = 120_000;
/** How long a part may take to end of its own accord. */
const endGraceMs = 8000;

/**
 * Starts a part and waits until it really answers.
 *
 * @throws PlainFailure with the part's last lines when it ends before, or does not answer in two minutes.
 */
export async function startPart({ name, program, options, url, environment, onLine }: PartPlan): Promise<Part> {
  const child = spawn(process.execPath, [join(projectFolder, program), ...options.flat()], {
    cwd: projectFolder,
    // Its lines are shown among others', and read by tests.
    env: { ...environment, NO_COLOR: "1", FORCE_COLOR: undefined },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const written = collect(child, onLine);
  // It must not outlive a script, or a test, that forgets it.
  const forgotten = (): void => void child.kill("SIGTERM");
  process.once("exit", forgotten);
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  void ended.then(() => process.off("exit", forgotten));
  const part: Part = { url, ended, output: () => written.join("\n"), close: () => end(child, ended) };
  if (await answers(url, ended)) return part;
  const hasEnded = child.exitCode !== null || child.signalCode !== null;
  await part.close();
  const what = hasEnded ? "it ended at once" : `nothing answers at ${url}`;
  throw new PlainFailure([`${name} did not start: ${what}. Its last words:`, ...written.slice(-30)].join("\n"));
}

function collect(child: ChildProcess, onLine: PartPlan["onLine"]): string[] {
  const written: string[] = [];
  for (const input of [child.stdout, child.stderr])
    if (input)
      createInterface({ input }).on("line", (line) => {
        written.push(line);
        onLine?.(line);
      });
  return written;
}

/** Whether something answers at a URL, in time and before the part ends. */
async function answers(url: string, ended: Promise<void>): Promise<boolean> {
  const giveUp = new AbortController();
  void ended.then(() => giveUp.abort());
  const deadlineMs = Date.now() + startDeadlineMs;
  while (!giveUp.signal.aborted && Date.now() < deadlineMs) {
    try {
      await fetch(url, { signal: AbortSignal.any([giveUp.signal, AbortSignal.timeout(10_000)]) });
      return true;
    } catch {
      await pause(100);
    }
  }
  return false;
}

async function end(child: ChildProcess, ended: Promise<void>): Promise<void> {
  child.kill("SIGTERM");
  const force = setTimeout(() => child.kill("SIGKILL"), endGraceMs);
  await ended;
  clearTimeout(force);
}

/** Keeps a script up until its part ends, or somebody asks it to stop: then the part is ended, too. */
export async function stayUp(part: Part): Promise<void> {
  let isAskedToStop = false;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.on(signal, () => {
      isAskedToStop = true;
      void part.close();
    });
  await part.ended;
  if (!isAskedToStop) throw new PlainFailure(`It has ended by itself. Its last words:\n${part.output().slice(-2000)}`);
}
