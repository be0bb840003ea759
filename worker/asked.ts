import type { Log } from "./log.ts";

/** Somebody is on the line, who hears nothing meanwhile. */
const answerDeadlineMs = 1000;

/** What the switchboard answers; without an answer in time the call goes on with `otherwise`. */
export async function asked<Answer>(question: PromiseLike<Answer>, otherwise: Answer, log: Log): Promise<Answer> {
  let deadline: ReturnType<typeof setTimeout> | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    const reason = new Error(`no answer in ${answerDeadlineMs} ms`);
    deadline = setTimeout(() => reject(reason), answerDeadlineMs);
  });
  try {
    return await Promise.race([question, tooLate]);
  } catch (error) {
    log("switchboard.away", { reason: String(error) });
    return otherwise;
  } finally {
    clearTimeout(deadline);
  }
}
