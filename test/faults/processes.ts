import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

type Process = { pid: number; parent: number; command: string };

/** The processes of this machine. */
async function all(): Promise<Process[]> {
  const { stdout } = await run("ps", ["-A", "-o", "pid=,ppid=,args="], { maxBuffer: 16 * 1024 * 1024 });
  return stdout.split("\n").flatMap((line) => {
    const [, pid, parent, command = ""] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return pid === undefined ? [] : [{ pid: Number(pid), parent: Number(parent), command }];
  });
}

/** A child of this process, by words of its command, and whatever it has started. */
export async function childrenWith(words: string): Promise<number[]> {
  const processes = await all();
  const withChildren = (pid: number): number[] => [
    pid,
    ...processes.filter(({ parent }) => parent === pid).flatMap((child) => withChildren(child.pid)),
  ];
  return processes
    .filter(({ parent, command }) => parent === process.pid && command.includes(words))
    .flatMap(({ pid }) => withChildren(pid));
}
