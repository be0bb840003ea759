import { aborted } from "../call/pause.ts";
import type { Document } from "../call/document.ts";
import type { Clock, Timer } from "../../clock.ts";
import type { Line } from "../line/line.ts";
import type { GatherVerb } from "../twiml/verb.ts";
import { type Next, afterwards } from "./elsewhere.ts";
import { runPrompt } from "./run-prompt.ts";
import type { Stage } from "./stage.ts";

/** Keys as they were pressed, without the one that ended them. */
type Input = { digits: string; finishedOnKey: string | undefined };

/**
 * Collects keys (twilio.md 2). The first one silences what is being said. It is over after so many keys, at a key that
 * ends it, or when no key has come for so long since the last one or since all was said. Without any key the next verb
 * runs, unless the action is wanted all the same. Speech is not understood.
 */
export async function runGather(
  verb: GatherVerb,
  document: Document,
  stage: Stage,
  signal: AbortSignal,
): Promise<Next> {
  const collected = collect(verb, stage.line(), stage.platform.clock, signal);
  for (const prompt of verb.prompts) {
    if (prompt.verb !== "unsimulated") await runPrompt(prompt, stage, collected.interrupted);
    else stage.log.add({ kind: "note", message: `${prompt.name} is not simulated: it is passed over` });
  }
  collected.allWasSaid();
  await aborted(collected.over);
  const { digits, finishedOnKey } = collected.input();
  if (signal.aborted || (digits === "" && !verb.actionOnEmptyResult)) return "next-verb";
  return afterwards(verb.action ?? document.url, verb.method, document, stage, {
    msg: "Gather End",
    Digits: digits,
    ...(finishedOnKey === undefined ? {} : { FinishedOnKey: finishedOnKey }),
  });
}

/** Listens for keys from now on. `interrupted` is aborted at the first one, and when `signal` is. */
function collect(
  { numDigits, finishOnKey, timeoutSeconds }: GatherVerb,
  line: Line,
  clock: Clock,
  signal: AbortSignal,
): { input(): Input; interrupted: AbortSignal; over: AbortSignal; allWasSaid(): void } {
  const interruption = new AbortController();
  const end = new AbortController();
  const over = end.signal;
  let digits = "";
  let finishedOnKey: string | undefined;
  let timer: Timer | undefined;

  const stopListening = line.listen({ press });
  const goneElsewhere = (): void => finish(undefined);
  signal.addEventListener("abort", goneElsewhere);
  if (signal.aborted) finish(undefined);

  function press(digit: string): void {
    if (over.aborted) return;
    interruption.abort();
    if (finishOnKey.includes(digit)) return finish(digit);
    digits += digit;
    if (digits.length === numDigits) return finish(undefined);
    waitForAnother();
  }

  function waitForAnother(): void {
    timer?.cancel();
    if (!over.aborted) timer = clock.after(timeoutSeconds * 1_000, () => finish(undefined));
  }

  function finish(key: string | undefined): void {
    finishedOnKey = key;
    timer?.cancel();
    stopListening();
    signal.removeEventListener("abort", goneElsewhere);
    interruption.abort();
    end.abort();
  }

  return {
    input: () => ({ digits, finishedOnKey }),
    interrupted: interruption.signal,
    over,
    allWasSaid: waitForAnother,
  };
}
