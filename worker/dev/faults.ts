import { parseObject } from "../../common/json.ts";
import { plain } from "../plain.ts";

/**
 * What can be done to a call from within, to see that it is survived. The door to it is `POST /dev/faults/{CallSid}`,
 * signed like a Function's request; it is there with CHAOS alone, which is refused wherever others could knock.
 */
export type DevFault =
  /** Its object is gone, with both sockets and all that it knew, as by a host's loss (cloudflare.md 4.1). */
  | { fault: "abort" }
  /** A socket is lost, as the call sees it; the peer sees a close, since the platform can close in no other way. */
  | { fault: "drop-model" | "drop-stream" }
  /** Its clock is put forward, or back. */
  | { fault: "skew-clock"; byMs: number };

/** Has it done to the call. */
export async function takeFault(body: string, inflict: (fault: DevFault) => Promise<void>): Promise<Response> {
  const fault = parseFault(body);
  if (fault === undefined) return plain(400, "The body is no fault.");
  // The object of an aborted call cannot answer any more: its caller is told of the abort instead.
  await inflict(fault).catch((reason: unknown) => {
    if (fault.fault !== "abort") throw reason;
  });
  return Response.json(fault);
}

function parseFault(body: string): DevFault | undefined {
  const { fault, byMs } = parseObject(body) ?? {};
  if (fault === "abort" || fault === "drop-model" || fault === "drop-stream") return { fault };
  return fault === "skew-clock" && typeof byMs === "number" ? { fault, byMs } : undefined;
}
