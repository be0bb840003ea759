import { readFile, readdir, readlink } from "node:fs/promises";

/** Whether some runtime of this machine holds a Durable Object: its storage is open then. By /proc, so on Linux alone. */
export async function isInMemory(objectId: string): Promise<boolean> {
  const processes = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const open = await Promise.all(processes.map(openFiles));
  return open.flat().some((path) => path.includes(objectId));
}

async function openFiles(pid: string): Promise<string[]> {
  // A process that is gone meanwhile has nothing open.
  const name = await readFile(`/proc/${pid}/comm`, "utf8").catch(() => "");
  if (name.trim() !== "workerd") return [];
  const descriptors = await readdir(`/proc/${pid}/fd`).catch(() => []);
  return Promise.all(descriptors.map((each) => readlink(`/proc/${pid}/fd/${each}`).catch(() => "")));
}
