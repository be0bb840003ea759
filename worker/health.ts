import { version } from "../package.json";
import type { WorkerSettings } from "../common/settings.ts";
import { addressOf } from "./models/index.ts";

/** What anybody may know: that this runs, and whether the model's address answers. */
export type Health = { status: "ok"; version: string; model: { name: string; reachable: boolean } };

/** Anybody may ask for our health; the vendor is asked at most this often on their behalf. */
const keptMs = 15_000;
const timeoutMs = 2_000;

/** The last answer, and not the question: one request must not wait for another one's network (cloudflare.md 8). */
let lastCheck: { baseUrl: string; atMs: number; reachable: boolean } | undefined;

/** The health, with the model's address tried at most once in 15 s. */
export async function health(settings: WorkerSettings): Promise<Health> {
  return { status: "ok", version, model: { name: settings.MODELS[0], reachable: await isReachable(settings) } };
}

async function isReachable(settings: WorkerSettings): Promise<boolean> {
  const baseUrl = addressOf(settings.MODELS[0], settings);
  if (baseUrl === undefined) return false;
  if (lastCheck?.baseUrl === baseUrl && Date.now() - lastCheck.atMs < keptMs) return lastCheck.reachable;
  const reachable = await answers(`${baseUrl}/models`);
  lastCheck = { baseUrl, atMs: Date.now(), reachable };
  return reachable;
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
