import type { CallSid } from "../../common/ids.ts";
import { linkSignatureHeader, signLinkRequest } from "../../common/link-signature.ts";
import { faultPath } from "../../common/routes.ts";
import { linkSecret } from "../../common/secrets.ts";

/** Has a Worker with CHAOS break something of a call of its own (`worker/dev/faults.ts`); gives the answer's status. */
export async function inflict(
  workerUrl: string,
  account: Parameters<typeof linkSecret>[0],
  callSid: CallSid,
  fault: object,
): Promise<number> {
  const path = faultPath(callSid);
  const body = JSON.stringify(fault);
  const signature = signLinkRequest(linkSecret(account), { method: "POST", path, body }, Date.now());
  const answer = await fetch(workerUrl + path, { method: "POST", body, headers: { [linkSignatureHeader]: signature } });
  await answer.body?.cancel();
  return answer.status;
}
