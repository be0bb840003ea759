import type { DetectionRequest } from "../call/detection.ts";
import { type Refusal, refuse } from "./rest-error.ts";

/** How long detection may take (twilio.md 4.1). */
const detectionSeconds = 30;

/** Reads what a new call asks of answering machine detection. */
export function readDetection(form: URLSearchParams): DetectionRequest | Refusal | undefined {
  const mode = form.get("MachineDetection");
  if (mode === null) return undefined;
  if (mode !== "Enable" && mode !== "DetectMessageEnd")
    return refuse(20001, `MachineDetection ${mode} is not allowed: Enable or DetectMessageEnd`);
  const url = form.get("AsyncAmdStatusCallback");
  if (url !== null && !URL.canParse(url)) return refuse(20001, `AsyncAmdStatusCallback ${url} is not a valid URL`);
  const timeout = form.get("MachineDetectionTimeout") ?? String(detectionSeconds);
  if (!/^\d+$/.test(timeout)) return refuse(20001, `MachineDetectionTimeout ${timeout} is not a number of seconds`);
  const method = form.get("AsyncAmdStatusCallbackMethod")?.toUpperCase() === "GET" ? "GET" : "POST";
  return {
    mode,
    timeoutMs: Number(timeout) * 1_000,
    when: form.get("AsyncAmd") === "true" ? "async" : "sync",
    callback: url === null ? undefined : { url, method },
  };
}
