import type { Log } from "./log.ts";

/** Somebody is on the line, who hears nothing meanwhile. */
const answerDeadlineMs = 1000;

/** What another object answers; without an answer in time the call goes on with `otherwise`, and a line says `away`. */
export async function asked<Answer>(
  question: PromiseLike<Answer>,
  otherwise: Answer,
  log: Log,
  away = "switchboard.away",
): Promise<Answer> {
  let deadline: ReturnType<typeof setTimeout> | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    const reason = new Error(`no answer in ${answerDeadlineMs} ms`);
    deadline = setTimeout(() => reject(reason), answerDeadlineMs);
  });
  try {
    return await Promise.race([question, tooLate]);
  } catch (error) {
    log(away, { reason: String(error) });
    return otherwise;
  } finally {
    clearTimeout(deadline);
  }
}
