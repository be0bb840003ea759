import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** How much memory a process held, and when. */
export type MemorySample = { atMs: number; megabytes: number };

export type MemoryWatch = { readonly samples: readonly MemorySample[]; stop(): void };

const everyMs = 5_000;
const run = promisify(execFile);

/** Watches the memory of the Worker's runtime, which is a child of this process. Without `ps` there are no samples. */
export function watchWorker(): MemoryWatch {
  const samples: MemorySample[] = [];
  const startMs = performance.now();
  const look = async (): Promise<void> => {
    const megabytes = await workerMegabytes();
    if (megabytes !== undefined) samples.push({ atMs: performance.now() - startMs, megabytes });
  };
  void look();
  const timer = setInterval(() => void look(), everyMs);
  return { samples, stop: () => clearInterval(timer) };
}

async function workerMegabytes(): Promise<number | undefined> {
  const list = await run("ps", ["-A", "-o", "ppid=,rss=,args="]).catch(() => undefined);
  const own = new RegExp(`^\\s*${process.pid}\\s+(\\d+)\\s.*workerd`, "m");
  const kilobytes = own.exec(list?.stdout ?? "")?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
}

/** How fast it grows, in MB a minute, by the straight line that fits best; NaN with fewer than two samples. */
export function slopePerMinute(samples: readonly MemorySample[]): number {
  const meanMs = mean(samples.map(({ atMs }) => atMs));
  const meanMegabytes = mean(samples.map(({ megabytes }) => megabytes));
  const covariance = mean(samples.map(({ atMs, megabytes }) => (atMs - meanMs) * (megabytes - meanMegabytes)));
  const variance = mean(samples.map(({ atMs }) => (atMs - meanMs) ** 2));
  return (covariance / variance) * 60_000;
}

const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
