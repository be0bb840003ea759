import { setTimeout as pause } from "node:timers/promises";
import { type Knock, knock, newAddress } from "../world/knock.ts";
import { newCallSid } from "../world/raw-phone.ts";

/** Requests that are refused at every kind of door. */
const refused = (): Knock[] => [
  { path: `/api/calls/${newCallSid()}` },
  { method: "POST", path: "/calls/status", headers: { "x-twilio-signature": "forged" }, body: "CallSid=CA1" },
  { path: `/calls/${newCallSid()}/verdict`, headers: { "x-voicecall-signature": `t=1,v1=${"A".repeat(43)}` } },
  { path: "/wp-login.php" },
];

/** A hundred requests a second, for so long: whatever becomes of them, or each when the one before it was answered. */
export type FloodPlan = { seconds: number; isPatient: boolean };

/** Sends them from one address; tells with which statuses they were answered. */
export async function flood(serverUrl: string, { seconds, isPatient }: FloodPlan): Promise<string> {
  const address = { "cf-connecting-ip": newAddress() };
  const statuses = new Set<number>();
  const asked: Promise<void>[] = [];
  const startedAtMs = performance.now();
  for (let count = 0; count < seconds * 100; count += 1) {
    const [request = { path: "/" }] = refused().slice(count % 4);
    const headers = { ...address, ...request.headers };
    const answered = knock(serverUrl, { ...request, headers }).then(({ status }) => void statuses.add(status));
    asked.push(answered);
    await pause(Math.max(0, startedAtMs + count * 10 - performance.now()));
    if (isPatient) await answered;
  }
  await Promise.all(asked);
  return [...statuses].toSorted((a, b) => a - b).join(", ");
}
