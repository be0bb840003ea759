import { setTimeout as pause } from "node:timers/promises";

const lookEveryMs = 10;
/** No machine is so slow: what has not come by then does not come. */
const patienceMs = 45_000;

/**
 * Waits until something is so.
 *
 * @throws Error that names it, when it does not come about, or not before `isOver` resolves.
 */
export async function until(
  what: string,
  isSo: () => boolean | Promise<boolean>,
  isOver: Promise<unknown> = new Promise(() => {}),
): Promise<void> {
  const deadlineMs = performance.now() + patienceMs;
  let isTooLate = false;
  void isOver.then(() => (isTooLate = true));
  while (!(await isSo())) {
    if (isTooLate || performance.now() > deadlineMs) throw new Error(`${what} never came`);
    await pause(lookEveryMs);
  }
}
