import { version } from "../package.json";
import type { WorkerSettings } from "../common/settings.ts";

/** What anybody may know: that this runs, and whether the model's address answers. */
export type Health = { status: "ok"; version: string; model: { name: string; reachable: boolean } };

/** Anybody may ask for our health; the vendor is asked at most this often on their behalf. */
const keptMs = 15_000;
const timeoutMs = 2_000;

let lastCheck: { baseUrl: string; atMs: number; reachable: Promise<boolean> } | undefined;

/** The health, with the model's address tried at most once in 15 s. */
export async function health(settings: WorkerSettings): Promise<Health> {
  return { status: "ok", version, model: { name: settings.MODELS[0], reachable: await isReachable(settings) } };
}

function isReachable({ OPENAI_BASE_URL: baseUrl }: WorkerSettings): Promise<boolean> {
  const nowMs = Date.now();
  if (lastCheck?.baseUrl !== baseUrl || nowMs - lastCheck.atMs > keptMs)
    lastCheck = { baseUrl, atMs: nowMs, reachable: answers(`${baseUrl}/models`) };
  return lastCheck.reachable;
}

/** Whether anything answers there. Without the key: a refusal is an answer, too. */
async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
    await response.body?.cancel();
    return response.status < 500;
  } catch {
    return false;
  }
}
